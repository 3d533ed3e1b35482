import { setTimeout as sleep } from 'node:timers/promises';
import { isProblem, NexusError } from '@nexus/shared/platform';
import type { AccountPool, LeasedAccount } from '../../accounts/account-pool.ts';
import type { SourceIo } from '../search-source.ts';
import { judgeAnswer, type Verdict } from './judge-answer.ts';
import type { XOperation, XProtocol } from './protocol.ts';
import { operationHeaders } from './request-headers.ts';
import { transactionId } from './transaction-id.ts';
import { forgetKeys, keysFor } from './transaction-keys.ts';

/** One thing asked of X, whoever asks it. */
export interface XRequest {
  readonly baseUrl: string;
  readonly operation: XOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly protocol: XProtocol;
}

/** A verdict with the answer it is about. */
export interface Judged {
  readonly verdict:
    Verdict | { readonly kind: 'lost' } | { readonly kind: 'unreachable'; readonly problem: NexusError };
  /** As it came; empty when none did. */
  readonly text: string;
}

/** How `io.http` says that nothing came. */
const UNREACHABLE = ['upstream-down', 'upstream-limited', 'stalled'] as const;

/**
 * Asks with one account, again and again while that may help: with a new transaction id after a 404, later when X or the way to it has
 * trouble. The budget of tries is the account's own. `lost`: it is no longer ours to use.
 */
export async function askAccount(
  io: SourceIo,
  pool: AccountPool,
  account: LeasedAccount,
  request: XRequest,
): Promise<Judged> {
  if (!account.cookies.auth_token || !account.cookies.ct0) {
    const detail = 'auth_token and ct0 are needed: paste the cookies of a browser that is signed in to X.';
    return { verdict: { kind: 'retire', state: 'needs-cookies', detail }, text: '' };
  }
  const { tries, backoffSeconds } = request.protocol;
  for (let attempt = 1; ; attempt++) {
    const judged = await askOnce(io, account, request);
    const { kind } = judged.verdict;
    if (kind === 'unknown-address') forgetKeys(io, { ...request, account });
    if (attempt >= tries || !(kind === 'unknown-address' || kind === 'later' || kind === 'unreachable')) return judged;
    // A new id is worth a try at once.
    if (kind !== 'unknown-address') {
      await sleep(backoffSeconds * 2 ** (attempt - 1) * 1000, undefined, { signal: io.signal }).catch(() => {
        io.signal.throwIfAborted();
      });
    }
    if (!(await pool.renew(account))) return { verdict: { kind: 'lost' }, text: '' };
  }
}

async function askOnce(io: SourceIo, account: LeasedAccount, request: XRequest): Promise<Judged> {
  const { protocol, operation } = request;
  try {
    const keys = await keysFor(io, { ...request, account });
    if ('kind' in keys) return { verdict: keys, text: '' };
    const url = addressOf(request);
    const id = transactionId(keys, { method: 'GET', path: url.pathname, now: io.now() }, protocol.transaction);
    const answer = await io.http.send(url.href, {
      method: 'GET',
      signal: io.signal,
      proxy: account.proxy ?? undefined,
      headers: operationHeaders(account, protocol, id),
    });
    const reply = { ...answer, text: new TextDecoder().decode(answer.body) };
    return { verdict: judgeAnswer(reply, operation, protocol, io.now()), text: reply.text };
  } catch (error) {
    // The fetcher has a word of its own for it; who canceled wants theirs back.
    io.signal.throwIfAborted();
    return { verdict: judgeFailure(error, account), text: '' };
  }
}

function judgeFailure(error: unknown, account: LeasedAccount): Judged['verdict'] {
  if (isProblem(error, ...UNREACHABLE)) return { kind: 'unreachable', problem: error };
  // A proxy that refuses its sign-in, or lies in a network that may not be entered.
  if (account.proxy !== null && isProblem(error, 'upstream-refused', 'address-refused')) {
    return { kind: 'unreachable', problem: error };
  }
  if (isProblem(error, 'upstream-changed')) return { kind: 'stop', problem: error, isChanged: true };
  throw error;
}

function addressOf({ baseUrl, operation, variables, protocol }: XRequest): URL {
  const { id, variables: always, features, fieldToggles } = protocol.operations[operation];
  const url = new URL(`${baseUrl}${protocol.graphqlPath}/${id}/${operation}`);
  url.searchParams.set('variables', JSON.stringify({ ...always, ...variables }));
  url.searchParams.set('features', JSON.stringify({ ...protocol.features, ...features }));
  if (Object.keys(fieldToggles).length > 0) url.searchParams.set('fieldToggles', JSON.stringify(fieldToggles));
  return url;
}
