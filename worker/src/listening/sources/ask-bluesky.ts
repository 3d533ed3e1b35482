import { isProblem, NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { type Answer, answerFailure, askJson, withReason } from './ask-json.ts';
import type { SourceIo } from './search-source.ts';
import { parseJson } from './wire-parts.ts';

export const Settings = z.object({
  service: z
    .url({ protocol: /^https?$/ })
    .default('https://api.bsky.app')
    .describe('Who is asked without signing in; https://public.api.bsky.app is another'),
});
export const Credentials = z.object({
  handle: z
    .string()
    .trim()
    .min(3)
    .optional()
    .describe('Of an account of yours; only to search when Bluesky is closed to others'),
  appPassword: z.string().trim().min(8).optional().describe('Settings, Privacy and security, App passwords'),
  server: z
    .url({ protocol: /^https?$/ })
    .default('https://bsky.social')
    .describe('The server of that account; the password is sent to no other'),
});

const REFUSED =
  'Bluesky closes its search to those who are not signed in at busy times. Try again later, or connect an app password.';
const REFUSED_ACCOUNT = 'the account cannot be used. Check its handle and app password under Connections.';

const Session = z.object({ accessJwt: z.string().min(1) });
/** Tokens are good for two hours, and 300 a day are given to an account. In memory alone, by server, handle and password. */
const sessions = new Map<string, { token: string; until: number }>();
const SESSION_MS = 60 * 60_000;

interface Asked {
  /** Of the lexicon, such as `app.bsky.feed.getPosts`. */
  readonly method: string;
  readonly parameters: Record<string, string | undefined>;
  readonly mayBeGone?: boolean;
}

/** Null when what is asked for is not there, where that may be. */
export async function askBluesky<Schema extends z.ZodType>(
  io: SourceIo,
  schema: Schema,
  asked: Asked,
): Promise<Answer<z.output<Schema>> | null> {
  const account = accountOf(io);
  if (!account) return ask(io, schema, asked, { base: Settings.parse(io.settings).service, refused: REFUSED });
  const { server } = account;
  const key = JSON.stringify(account);
  const known = sessions.get(key);
  const isKnown = known !== undefined && known.until > io.now().getTime();
  const token = isKnown ? known.token : await beginSession(io, account, key);
  const signedIn = (bearer: string) => ({ base: server, refused: REFUSED_ACCOUNT, token: bearer });
  try {
    return await ask(io, schema, asked, signedIn(token));
  } catch (error) {
    // Ended early, as when somebody signs out everywhere.
    if (!isKnown || !isProblem(error, 'upstream-refused')) throw error;
    sessions.delete(key);
    return ask(io, schema, asked, signedIn(await beginSession(io, account, key)));
  }
}

async function ask<Schema extends z.ZodType>(
  io: SourceIo,
  schema: Schema,
  { method, parameters, mayBeGone = false }: Asked,
  { base, refused, token }: { base: string; refused: string; token?: string },
) {
  const url = new URL(`/xrpc/${method}`, base);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return askJson(io, {
    operation: method.split('.').at(-1)!,
    url,
    schema,
    refused,
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    ...(mayBeGone && { isGone }),
  });
}

/** XRPC tells all that is not there as 400; its 404 means a method it does not know. */
const isGone = (status: number, body: string): boolean =>
  status === 400 && /"error"\s*:\s*"NotFound"|not found|deactivated|suspended|taken down|must be a valid/i.test(body);

interface Account {
  readonly server: string;
  readonly handle: string;
  readonly appPassword: string;
}

function accountOf(io: SourceIo): Account | null {
  const { server, handle, appPassword } = Credentials.parse(io.credentials);
  return handle && appPassword ? { server, handle: handle.replace(/^@/, ''), appPassword } : null;
}

/** The answer holds secrets, so it is never kept. */
async function beginSession(io: SourceIo, { server, handle, appPassword }: Account, key: string): Promise<string> {
  const url = new URL('/xrpc/com.atproto.server.createSession', server);
  const answer = await withReason(io, () =>
    io.http.send(url.href, {
      signal: io.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ identifier: handle, password: appPassword }),
    }),
  );
  const body = new TextDecoder().decode(answer.body);
  if (answer.status !== 200) throw answerFailure({ url, refused: REFUSED_ACCOUNT }, { ...answer, body }, io.now());
  const session = Session.safeParse(parseJson(body));
  if (!session.success)
    throw new NexusError('upstream-changed', `${url.host} answers a sign-in in a shape that is not known.`);
  sessions.set(key, { token: session.data.accessJwt, until: io.now().getTime() + SESSION_MS });
  return session.data.accessJwt;
}
