import { createAccount, NewAccount } from '@nexus/shared/listening';
import { type Context, createVault, databaseAs, type DB, ROLE_SCOPES } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';
import { createAccountPool } from '../../../src/listening/accounts/create-account-pool.ts';

const vault = createVault(Buffer.alloc(32, 3).toString('base64'));

/** Cookie text of an account, as a browser sends it; the number is its `twid`. */
export const cookieText = (number: number, token = `token${number}`) =>
  `auth_token=${token}; ct0=csrf${number}; twid=u%3D${1000 + number}`;

/** An organisation of its own with accounts and a clock that only the test moves. */
export async function poolFixture(kysely: Kysely<DB>, count: number, input: Partial<NewAccount> = {}) {
  const orgId = crypto.randomUUID();
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Pool' }).execute();
  const db = databaseAs(kysely, { role: 'service_role' });
  let time = new Date('2026-11-21T14:00:00.000Z').getTime();
  const now = () => new Date(time);
  const unused = () => {
    throw new Error('Accounts need no such port');
  };
  const ctx: Context = {
    orgId,
    actor: { kind: 'system', userId: null, keyId: null, role: 'system', scopes: ROLE_SCOPES.owner },
    db,
    vault,
    queue: { send: unused },
    storage: { signUpload: unused, signDownload: unused, stat: unused, put: unused, removeAll: unused },
    log: { set: () => undefined },
    now,
  };
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const account = NewAccount.parse({ label: `account ${number}`, cookies: cookieText(number), ...input });
    ids.push((await createAccount(ctx, account)).id);
  }
  return {
    ctx,
    orgId,
    ids,
    pool: (holder = 'run 1') => createAccountPool({ db, vault, orgId, network: 'x', holder, now }),
    pass: (seconds: number) => void (time += seconds * 1000),
  };
}
