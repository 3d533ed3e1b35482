import { NexusError } from '@nexus/shared/platform';
import { type AccountPool, isLeased, type LeasedAccount, type NoAccount } from '../../accounts/account-pool.ts';
import type { SourceIo } from '../search-source.ts';
import { askAccount, type Judged, type XRequest } from './ask-account.ts';
import type { Json } from './json-path.ts';

/** An answer with data, and the same as it came. */
export interface XAnswer {
  readonly body: Json;
  readonly text: string;
}

/** Until another one has asked the same, an account that is told 404 rests. */
const DOUBT_SECONDS = 60 * 60;
/** A window and a little: whoever cools down for longer tells nothing soon. */
const SOON_SECONDS = 16 * 60;
const PROXY_PAUSE_SECONDS = 10 * 60;
/** When so many accounts are told that there is nothing at this address, it is not for their sake. */
const MOST_DOUBTED = 4;
const MOST_UNREACHED = 2;

/**
 * Asks X with one account after another until one gets an answer. Null when what is asked for does not exist. What each account is told
 * is written into the pool. Fails as `SearchSource` says; without any account with the time at which there will be one.
 */
export async function askX(io: SourceIo, request: XRequest): Promise<XAnswer | null> {
  io.signal.throwIfAborted();
  const pool = io.accounts('x');
  const held = new Set<LeasedAccount>();
  const asking: Asking = { io, pool, request, held, doubted: [], unreached: [] };
  try {
    for (;;) {
      const claimed = await pool.claim(request.operation);
      if (!isLeased(claimed)) throw await noAccountLeft(asking, claimed);
      held.add(claimed);
      const judged = await askAccount(io, pool, claimed, request);
      const answer = await heed(asking, claimed, judged);
      if (answer !== undefined) return answer;
      io.signal.throwIfAborted();
    }
  } finally {
    for (const account of held) await pool.release(account);
  }
}

interface Asking {
  readonly io: SourceIo;
  readonly pool: AccountPool;
  readonly request: XRequest;
  readonly held: Set<LeasedAccount>;
  /** Told 404 to the last; whether they or X are to blame shows when another one is answered. */
  readonly doubted: LeasedAccount[];
  readonly unreached: NexusError[];
}

/** Undefined: the next account's turn. */
async function heed(
  asking: Asking,
  account: LeasedAccount,
  { verdict, text }: Judged,
): Promise<XAnswer | null | undefined> {
  const { io, pool, request } = asking;
  const { operation } = request;
  switch (verdict.kind) {
    case 'data':
      if (verdict.usedUpUntil) {
        await pool.cool(account, operation, verdict.usedUpUntil, 'Its requests of this window are used up.');
      }
      await suspectDoubted(asking);
      return { body: verdict.body, text };
    case 'gone':
      await suspectDoubted(asking);
      return null;
    case 'cool':
      await pool.cool(account, operation, verdict.until, verdict.reason);
      return letGo(asking, account);
    case 'retire':
      await pool.retire(account, verdict.state, verdict.detail);
      return letGo(asking, account);
    case 'lost':
      return letGo(asking, account);
    case 'unknown-address':
      return doubt(asking, account, text);
    case 'unreachable':
      return tryAnother(asking, account, verdict.problem);
    case 'later':
      throw verdict.problem;
    case 'stop':
      if (verdict.isChanged) await io.keepRaw(operation, text, 'changed');
      throw verdict.problem;
  }
}

async function letGo({ pool, held }: Asking, account: LeasedAccount): Promise<undefined> {
  held.delete(account);
  await pool.release(account);
}

/** It stays ours until somebody else has asked the same. */
async function doubt(asking: Asking, account: LeasedAccount, text: string): Promise<undefined> {
  const { io, pool, request, doubted } = asking;
  const until = new Date(io.now().getTime() + DOUBT_SECONDS * 1000);
  await pool.cool(
    account,
    request.operation,
    until,
    'X answers 404 to it alone, or X has changed: another account will tell.',
  );
  doubted.push(account);
  if (doubted.length >= MOST_DOUBTED) throw await changedAddress(asking, text);
}

/** Nobody is told anything but 404: they are not to blame, and go on once X's address is known again. */
async function changedAddress({ io, pool, request, doubted }: Asking, text: string): Promise<NexusError> {
  const { operation } = request;
  for (const account of doubted) await pool.cool(account, operation, io.now(), 'X has changed.');
  await io.keepRaw(operation, text || 'HTTP 404', 'changed');
  const detail =
    doubted.length > 1
      ? `X has changed: it answers 404 to ${doubted.length} accounts whatever they try, so ${operation} has another address. Run \`nexus x refresh\`.`
      : `X answers 404 to the only account that can be asked, whatever it tries: either it is suspended or X has changed. Sign in to X with it and look; add a second account, which can tell; or run \`nexus x refresh\`.`;
  return new NexusError('upstream-changed', detail);
}

async function suspectDoubted({ pool, doubted }: Asking): Promise<void> {
  const detail =
    'X answers 404 to it, and not to another account that asks the same: suspended accounts are answered so.';
  for (const account of doubted) await pool.retire(account, 'suspect', detail);
}

async function tryAnother(asking: Asking, account: LeasedAccount, problem: NexusError): Promise<undefined> {
  const { io, pool, request, unreached } = asking;
  unreached.push(problem);
  if (account.proxy !== null) {
    const until = new Date(io.now().getTime() + PROXY_PAUSE_SECONDS * 1000);
    await pool.cool(account, request.operation, until, `It does not get through its proxy: ${problem.detail}`);
    return letGo(asking, account);
  }
  // Kept, or it would be its own turn again.
  if (unreached.length >= MOST_UNREACHED) throw unreachable(problem);
}

const unreachable = (problem: NexusError): NexusError =>
  problem.code === 'upstream-down' ? problem : new NexusError('upstream-down', problem.detail, { cause: problem });

async function noAccountLeft(asking: Asking, { until, detail }: NoAccount): Promise<NexusError> {
  const { io, doubted, unreached, held } = asking;
  const [last] = unreached.slice(-1);
  if (last && held.size > doubted.length) return unreachable(last);
  const seconds = until && Math.max(1, Math.ceil((until.getTime() - io.now().getTime()) / 1000));
  if (doubted.length > 0 && (seconds === null || seconds > SOON_SECONDS)) return changedAddress(asking, '');
  const why = last ? `${detail} The last one did not get through: ${last.detail}` : detail;
  if (seconds === null) return new NexusError('not-configured', why);
  return new NexusError('upstream-limited', why, { retryAfterSeconds: seconds });
}
