import { Readable } from 'node:stream';
import { isProblem, NexusError } from '@nexus/shared/platform';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { OutcomeUnknown } from '../deliveries/outcome-unknown.ts';
import type { OutletIo, Receipt } from '../deliveries/outlet.ts';
import type { Letter } from './letter.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** offered: when the server offers it. */
  readonly encryption: 'tls' | 'starttls' | 'offered' | 'none';
  readonly auth?: { readonly user: string; readonly password: string };
  /** The operator's own, which may be inside: it is not held against the guard of addresses. */
  readonly isTrusted: boolean;
}

const PATIENCE_MS = 20_000;

/** One letter to all receivers. Once the server has begun to take it, only its answer tells whether it did. */
export async function sendLetter(
  envelope: { from: string; to: string[] },
  letter: Letter,
  server: MailServer,
  io: Pick<OutletIo, 'http' | 'signal'>,
): Promise<Receipt> {
  let hasBegun = false;
  const body = Readable.from(
    (function* () {
      hasBegun = true;
      yield letter.bytes;
    })(),
  );
  const connection = await open(server, io);
  try {
    const { rejected } = await converse(connection, envelope, body, server, io.signal);
    if (rejected.length === 0) return { remoteId: letter.messageId };
    return { remoteId: letter.messageId, note: `The mail server refused these receivers: ${rejected.join(', ')}.` };
  } catch (error) {
    const problem = problemOf(error, server);
    if (hasBegun && problem.code === 'upstream-down' && responseCodeOf(error) === undefined)
      throw new OutcomeUnknown(problem);
    throw problem;
  } finally {
    connection.close();
    body.destroy();
  }
}

async function open(
  { host, port, encryption, isTrusted }: MailServer,
  { http, signal }: Pick<OutletIo, 'http' | 'signal'>,
) {
  const connection = isTrusted ? undefined : await http.connect(host, port, { signal });
  // Loaded by the first letter: 20 MB of memory.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  return new Connection({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    ...(connection && { connection }),
  });
}

/** Settles with the first of: what was asked, an error of the connection, the end of the attempt. */
async function converse(
  connection: SMTPConnection,
  envelope: { from: string; to: string[] },
  body: Readable,
  { auth }: MailServer,
  signal: AbortSignal,
): Promise<{ rejected: readonly string[] }> {
  const broken = Promise.withResolvers<never>();
  // Most often nobody waits for it any more.
  broken.promise.catch(() => undefined);
  const onAbort = () => broken.reject(new NexusError('upstream-down', 'The attempt was given up.'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  connection.on('error', broken.reject);
  connection.on('end', () => broken.reject(new NexusError('upstream-down', 'The mail server hung up.')));
  const step = <T>(start: (done: (error?: Error | null, value?: T) => void) => void) =>
    Promise.race([
      broken.promise,
      new Promise<T>((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T)))),
    ]);
  try {
    await step<void>((done) => connection.connect((error) => done(error)));
    if (auth) await step<void>((done) => connection.login({ user: auth.user, pass: auth.password }, done));
    const sent = await step<SMTPConnection.SentMessageInfo>((done) => connection.send(envelope, body, done));
    return { rejected: sent.rejected.map(String) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function problemOf(error: unknown, { host }: MailServer): NexusError {
  if (isProblem(error)) return error;
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (code === 'EAUTH')
    return refused(`${host} does not accept the user name and password. Enter them anew under Connections.`, error);
  if (code === 'ETLS')
    return refused(`No secure connection to ${host}. Check the port and the kind of encryption.`, error);
  if (typeof responseCode === 'number' && responseCode >= 500) {
    const what = code === 'EENVELOPE' ? 'the sender or a receiver' : 'the letter';
    return refused(`${host} refused ${what} (${responseCode}). Check the addresses.`, error);
  }
  if (typeof responseCode === 'number')
    return new NexusError('upstream-limited', `${host} takes no letters for now (${responseCode}).`, { cause: error });
  return new NexusError('upstream-down', `The connection to ${host} broke.`, { cause: error });
}

const refused = (detail: string, cause: unknown): NexusError => new NexusError('upstream-refused', detail, { cause });

const responseCodeOf = (error: unknown): unknown =>
  error instanceof Error && 'responseCode' in error ? error.responseCode : undefined;
