import type { Http } from '../../../platform/http.ts';
import type { LeasedAccount } from '../../accounts/account-pool.ts';
import type { SourceIo } from '../search-source.ts';
import { animationKey } from './animation-key.ts';
import { blocked, type Verdict } from './judge-answer.ts';
import type { XProtocol } from './protocol.ts';
import { type AppPage, pageChanged, readPage } from './read-page.ts';
import { pageHeaders } from './request-headers.ts';
import type { TransactionKeys } from './transaction-id.ts';

/** Of as many accounts as are ever used side by side; the one unused longest is read anew. */
const MOST_KEPT = 500;
/** Within the lease of an account, also where each takes its time. */
const MOST_SCRIPTS = 36;
const MOST_SECONDS = 15;
const AT_ONCE = 6;
const INDEX = /\(\w\[(\d{1,2})\],\s*16\)/g;

/** Per process, that is per `Http`: pages cost seconds, and hold until X says 404. */
const kept = new WeakMap<Http, Map<string, TransactionKeys>>();

export interface PageRequest {
  readonly baseUrl: string;
  readonly account: LeasedAccount;
  readonly protocol: XProtocol;
}

/** The keys of an account, from memory or from a page that X makes for it. A verdict when the page is none. */
export async function keysFor(io: SourceIo, request: PageRequest): Promise<TransactionKeys | Verdict> {
  const known = kept.get(io.http) ?? new Map<string, TransactionKeys>();
  kept.set(io.http, known);
  const name = nameOf(request);
  const found = known.get(name);
  if (found) return found;

  const keys = await loadKeys(io, request);
  if ('kind' in keys) return keys;
  const [oldest] = known.keys();
  if (known.size >= MOST_KEPT && oldest !== undefined) known.delete(oldest);
  known.set(name, keys);
  return keys;
}

/** Next time they are read anew. */
export function forgetKeys(io: SourceIo, request: PageRequest): void {
  kept.get(io.http)?.delete(nameOf(request));
}

const nameOf = ({ baseUrl, account }: PageRequest): string => `${baseUrl} ${account.id} ${account.cookies.auth_token}`;

async function loadKeys(io: SourceIo, { baseUrl, account, protocol }: PageRequest): Promise<TransactionKeys | Verdict> {
  const url = `${baseUrl}${protocol.transaction.page}`;
  const answer = await io.http.get(url, {
    signal: io.signal,
    timeoutSeconds: MOST_SECONDS,
    proxy: account.proxy ?? undefined,
    headers: pageHeaders(account, protocol),
  });
  if (answer.status >= 400) return blocked(answer.status, answer.headers);
  const page = isSignIn(answer.finalUrl) ? null : readPage(new TextDecoder().decode(answer.body), answer.finalUrl);
  if (page === null || page.isSignedOut) {
    const detail = 'X takes whoever brings these cookies for a guest. Paste new ones.';
    return { kind: 'retire', state: 'needs-cookies', detail };
  }
  const indices = await readIndices(io, page, { baseUrl, account, protocol });
  const bytes = indices.map((index) => (page.verification[index] ?? 0) % 16);
  const [row = 0, ...factors] = bytes;
  const moment = Math.round(factors.reduce((product, factor) => product * factor, 1) / 10) * 10;
  const chosen = page.rows[row];
  if (!chosen) throw pageChanged('its animations have fewer rows than the key chooses from');
  return { verification: page.verification, animation: animationKey(chosen, moment) };
}

/** Where X leads those whom it does not know, and those whom it locked. */
const isSignIn = (url: string): boolean => /\/(login|logout|account\/access)\b/.test(new URL(url).pathname);

/** The indices stand in a script of their own, which the page links or one of its scripts loads. */
async function readIndices(io: SourceIo, { scripts }: AppPage, request: PageRequest): Promise<number[]> {
  const pattern = new RegExp(request.protocol.transaction.indicesScript);
  const url = scripts.find((script) => pattern.test(script)) ?? (await findReference(io, scripts, pattern, request));
  const text = url === null ? '' : await readScript(io, url, request);
  const indices = [...text.matchAll(INDEX)].map(([, index]) => Number(index));
  if (indices.length < 2) throw pageChanged('the script with its indices is gone');
  return indices;
}

async function findReference(
  io: SourceIo,
  scripts: readonly string[],
  pattern: RegExp,
  request: PageRequest,
): Promise<string | null> {
  for (let from = 0; from < Math.min(scripts.length, MOST_SCRIPTS); from += AT_ONCE) {
    const some = scripts.slice(from, from + AT_ONCE);
    const texts = await Promise.all(some.map((script) => readScript(io, script, request)));
    for (const [place, text] of texts.entries()) {
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) return URL.parse(found, some[place])?.href ?? null;
    }
  }
  return null;
}

/** Scripts are the same for everybody: no cookies go there. Empty when there is none. */
async function readScript(io: SourceIo, url: string, { account, protocol }: PageRequest): Promise<string> {
  const answer = await io.http.get(url, {
    signal: io.signal,
    timeoutSeconds: MOST_SECONDS,
    proxy: account.proxy ?? undefined,
    headers: { 'user-agent': protocol.userAgent },
  });
  return answer.status === 200 ? new TextDecoder().decode(answer.body) : '';
}
