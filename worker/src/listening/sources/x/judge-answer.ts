import { NexusError } from '@nexus/shared/platform';
import { firstOf, isJson, type Json } from './json-path.ts';
import type { XOperation, XProtocol } from './protocol.ts';

/** An answer of X as it came. */
export interface XReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** What an answer means, and for whom. */
export type Verdict =
  | { readonly kind: 'data'; readonly body: Json; readonly usedUpUntil: Date | null }
  /** What was asked for does not exist. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'cool'; readonly until: Date; readonly reason: string }
  | { readonly kind: 'retire'; readonly state: 'suspect' | 'needs-cookies' | 'banned'; readonly detail: string }
  /** X has trouble of its own, or the way to it: the same account once more, later. */
  | { readonly kind: 'later'; readonly problem: NexusError }
  /** The transaction id is not taken any more, or the account is not. */
  | { readonly kind: 'unknown-address' }
  /** Nothing that another account could help with. */
  | { readonly kind: 'stop'; readonly problem: NexusError; readonly isChanged: boolean };

/** X's own length of a window, for answers that do not tell. */
const WINDOW_SECONDS = 15 * 60;
const NO_POST = 144;

/** Numbers by which X says that an account is out of use. */
const OUT_OF_USE: readonly {
  readonly codes: readonly number[];
  readonly state: 'needs-cookies' | 'banned';
  readonly what: string;
  readonly advice: string;
}[] = [
  { codes: [326], state: 'banned', what: 'X locked the account', advice: 'Sign in to X with it and unlock it.' },
  { codes: [64, 141], state: 'banned', what: 'X suspended the account', advice: 'Sign in to X with it and appeal.' },
  {
    // Unknown, run out, or with a token that X has changed.
    codes: [32, 89, 353],
    state: 'needs-cookies',
    what: 'X does not know these cookies any more',
    advice: 'Paste new ones.',
  },
];

/**
 * The table of what X answers. Data beside errors is data; of errors alone, only their numbers and X's own words count, in the order in
 * which they rule each other out.
 */
export function judgeAnswer(reply: XReply, operation: XOperation, protocol: XProtocol, now: Date): Verdict {
  const { status, headers } = reply;
  if (status >= 400 && (headers['content-type'] ?? '').includes('text/html')) return blocked(status, headers);
  if (status === 404) return { kind: 'unknown-address' };
  const body = parse(reply.text);
  const errors = errorsOf(body);
  if (status < 300 && body !== null && hasData(body, operation, protocol)) {
    const isUsedUp = headers['x-rate-limit-remaining'] === '0';
    return { kind: 'data', body, usedUpUntil: isUsedUp ? resetOf(headers, now) : null };
  }
  return errors.length > 0 ? judgeErrors(errors, reply, now) : judgeStatus(reply, now);
}

function judgeErrors(errors: readonly XError[], { status, headers }: XReply, now: Date): Verdict {
  const has = (code: number) => errors.some((error) => error.code === code);
  const words = errors
    .map(({ code, message }) => `${code ?? '?'}: ${message}`)
    .join('; ')
    .slice(0, 1000);
  const says = (pattern: RegExp) => pattern.test(words);
  if (has(NO_POST) || says(/_Missing: No status found/i)) return { kind: 'gone' };
  if (has(336)) {
    const detail = `X has changed: it asks for features that are not known (${words}). Run \`nexus x refresh\`.`;
    return { kind: 'stop', isChanged: true, problem: new NexusError('upstream-changed', detail) };
  }
  const remaining = headers['x-rate-limit-remaining'];
  if (has(88) && remaining !== undefined && Number(remaining) > 0) {
    const detail = `X refuses it although its window has ${remaining} requests left (88): it is banned from reading.`;
    return { kind: 'retire', state: 'banned', detail };
  }
  if (has(88) || status === 429) return usedUp(headers, now);
  for (const { codes, state, what, advice } of OUT_OF_USE) {
    const code = codes.find(has);
    if (code !== undefined) return { kind: 'retire', state, detail: `${what} (${code}). ${advice}` };
  }
  if (status >= 500 || says(/LoadShed|Over ?capacity|Timeout|Dependency|Internal|try again/i)) return troubled(words);
  const detail = `X refused the request (${words}). Check the words that are searched.`;
  return { kind: 'stop', isChanged: false, problem: new NexusError('upstream-refused', detail) };
}

function judgeStatus({ status, headers }: XReply, now: Date): Verdict {
  if (status === 429) return usedUp(headers, now);
  if (status === 401 || (status >= 300 && status < 400)) {
    return {
      kind: 'retire',
      state: 'needs-cookies',
      detail: `X does not take these cookies (${status}). Paste new ones.`,
    };
  }
  if (status === 403) {
    const detail =
      'X refuses it without a word (403): its cookies have run out, or it is banned. Sign in to X with it and look.';
    return { kind: 'retire', state: 'suspect', detail };
  }
  if (status >= 500) return troubled(`HTTP ${status}`);
  const detail = `X has changed: it answered (HTTP ${status}) in a shape that is not known. The answer was kept. Run \`nexus x refresh\`, and if that does not help, update Nexus.`;
  return { kind: 'stop', isChanged: true, problem: new NexusError('upstream-changed', detail) };
}

/** Cloudflare and the like stand before X: no account is to blame, and trying on makes it worse. */
export function blocked(status: number, headers: Record<string, string>): Verdict {
  const who = 'cf-ray' in headers || headers.server === 'cloudflare' ? 'Cloudflare, which guards X,' : 'X';
  const detail = `${who} turned the request away with a page (HTTP ${status}). No account is to blame: wait some hours, or send accounts through another proxy.`;
  return { kind: 'stop', isChanged: false, problem: new NexusError('upstream-refused', detail) };
}

const troubled = (words: string): Verdict => ({
  kind: 'later',
  problem: new NexusError('upstream-down', `X is overloaded or has trouble of its own (${words}). It is tried again.`),
});

function usedUp(headers: Record<string, string>, now: Date): Verdict {
  return { kind: 'cool', until: resetOf(headers, now), reason: 'Its requests of this window are used up.' };
}

/** A time in the past would make no pause at all. */
function resetOf(headers: Record<string, string>, now: Date): Date {
  const reset = Number(headers['x-rate-limit-reset'] ?? Number.NaN) * 1000;
  return new Date(reset > now.getTime() ? reset : now.getTime() + WINDOW_SECONDS * 1000);
}

interface XError {
  readonly code: number | null;
  readonly message: string;
}

function errorsOf(body: Json | null): XError[] {
  if (!Array.isArray(body?.errors)) return [];
  return body.errors.filter(isJson).map(({ code, message }) => ({
    code: typeof code === 'number' ? code : null,
    message: typeof message === 'string' ? message : '',
  }));
}

function hasData(body: Json, operation: XOperation, protocol: XProtocol): boolean {
  if (operation !== 'UserByScreenName') return Array.isArray(firstOf(body, protocol.timelines));
  // Nobody of that name is an empty object.
  return isJson(body.data) && (body.errors === undefined || firstOf(body, protocol.user) !== undefined);
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
