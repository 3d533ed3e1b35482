import { NexusError } from '@nexus/shared/platform';
import type { z } from 'zod';
import type { SourceIo } from './search-source.ts';
import { parseJson } from './wire-parts.ts';

export interface Question<Schema extends z.ZodType> {
  /** Names the kind of request where raw answers are kept. */
  readonly operation: string;
  readonly url: URL;
  readonly schema: Schema;
  readonly headers?: Record<string, string>;
  /** What to do when the server wants a sign-in or blocks (401, 403): the end of the sentence told to the user. */
  readonly refused: string;
  /** Whether an answer means that what was asked for does not exist. */
  readonly isGone?: (status: number, body: string) => boolean;
}

export interface Answer<Data> {
  readonly data: Data;
  readonly headers: Record<string, string>;
}

/** The largest threads and pages seen are some 5 MB. */
const MOST_BYTES = 30e6;

/**
 * Asks a public interface and reads its JSON. Null when what was asked for is not there. Fails as `SearchSource` says, and with the
 * signal's reason; an answer that does not fit the schema is kept first.
 */
export async function askJson<Schema extends z.ZodType>(
  io: SourceIo,
  question: Question<Schema>,
): Promise<Answer<z.output<Schema>> | null> {
  const { operation, url, schema, headers, isGone } = question;
  const { status, headers: answered, body } = await fetchText(io, url, { accept: 'application/json', ...headers });
  if (isGone?.(status, body)) return null;
  if (status < 200 || status > 299) throw answerFailure(question, { status, headers: answered, body }, io.now());

  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) {
    await io.keepRaw(operation, body, 'changed');
    const [issue] = parsed.error.issues;
    throw new NexusError(
      'upstream-changed',
      `${url.host} answers in a shape that is not known (${operation}: ${issue?.path.join('.') || 'no JSON'}). The answer was kept; Nexus has to be updated.`,
      { cause: parsed.error },
    );
  }
  await io.keepRaw(operation, body, 'asked');
  return { data: parsed.data, headers: answered };
}

async function fetchText(io: SourceIo, url: URL, headers: Record<string, string>) {
  const answer = await withReason(io, () =>
    io.http.get(url.href, { signal: io.signal, maxBytes: MOST_BYTES, timeoutSeconds: 60, headers }),
  );
  return { status: answer.status, headers: answer.headers, body: new TextDecoder().decode(answer.body) };
}

/** The fetcher has a word of its own for what was canceled; who canceled wants theirs back. */
export async function withReason<T>(io: Pick<SourceIo, 'signal'>, ask: () => Promise<T>): Promise<T> {
  io.signal.throwIfAborted();
  try {
    return await ask();
  } catch (error) {
    io.signal.throwIfAborted();
    throw error;
  }
}

/** What an answer that is none means. */
export function answerFailure(
  { url, refused }: Pick<Question<z.ZodType>, 'url' | 'refused'>,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string },
  now: Date,
): NexusError {
  const at = `${url.host} answered ${status}`;
  const retryAfterSeconds = waitSeconds(headers, now);
  if (status === 429)
    return new NexusError('upstream-limited', `${at}: too many requests for now.`, { retryAfterSeconds });
  if (status >= 500) return new NexusError('upstream-down', `${at}: it has trouble of its own.`, { retryAfterSeconds });
  const words = messageOf(body);
  if (status === 401 || status === 403) return new NexusError('upstream-refused', `${at}${words}: ${refused}`);
  return new NexusError('upstream-refused', `${at}${words}. Check the campaign’s words and the source’s settings.`);
}

/** What interfaces say in their error objects; pages say it too long. */
function messageOf(body: string): string {
  const message = /"(?:message|error_description|error)"\s*:\s*"([^"\\<>]{3,160})"/.exec(body)?.[1];
  return message ? ` (${message})` : '';
}

/**
 * Until when a server wants to be left alone: `Retry-After` (RFC 9110) or one of the headers in use for the end of the window, as
 * seconds, as seconds since 1970 or as a date.
 */
export function waitSeconds(headers: Record<string, string>, now: Date): number | undefined {
  const names = ['retry-after', 'x-rate-limit-reset', 'x-ratelimit-reset', 'ratelimit-reset'];
  const said = names.map((name) => headers[name]).find((value) => value !== undefined) ?? '';
  const amount = Number(said);
  if (said.trim() !== '' && Number.isFinite(amount)) {
    return Math.max(0, Math.ceil(amount > 1e9 ? amount - now.getTime() / 1000 : amount));
  }
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}
