import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface ReceivedLetter {
  from: string;
  to: string[];
  /** Headers, an empty line, the text: RFC 5322 as it came. */
  raw: string;
}

/** What happens to one letter: a line instead of taking it, or a break before or after it was taken. */
export type MailTrouble = 'cut-before' | 'cut-after' | { line: string };

export interface SmtpServer extends AsyncDisposable {
  host: string;
  port: number;
  user: string;
  password: string;
  letters: ReceivedLetter[];
  /** For the next letters, in order; then all goes well. */
  next(...troubles: MailTrouble[]): void;
}

/** A mail server on 127.0.0.1 (RFC 5321, with AUTH PLAIN of RFC 4954). It knows no mailbox at `refused.example`. */
export async function smtpServer(): Promise<SmtpServer> {
  const letters: ReceivedLetter[] = [];
  const troubles: MailTrouble[] = [];
  const password = crypto.randomUUID();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, Buffer.from(`\0nexus\0${password}`).toString('base64'), (letter) => {
      const trouble = troubles.shift();
      if (trouble === 'cut-before') return null;
      if (typeof trouble === 'object') return trouble.line;
      letters.push(letter);
      return trouble === 'cut-after' ? null : '250 Taken';
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port');
  return {
    host: '127.0.0.1',
    port: address.port,
    user: 'nexus',
    password,
    letters,
    next: (...more) => void troubles.push(...more),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** `take` answers with the line to say, or null for a connection that breaks instead. */
function converse(socket: Socket, account: string, take: (letter: ReceivedLetter) => string | null): void {
  let text = '';
  let isSignedIn = false;
  let isData = false;
  let letter: ReceivedLetter = { from: '', to: [], raw: '' };
  const say = (line: string) => void socket.write(`${line}\r\n`);
  const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';

  const answer = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') return say('250-127.0.0.1\r\n250-8BITMIME\r\n250 AUTH PLAIN');
    if (verb === 'AUTH') {
      isSignedIn = line === `AUTH PLAIN ${account}`;
      return say(isSignedIn ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong name or password');
    }
    if (verb === 'QUIT') return void socket.end('221 Bye\r\n');
    if (!isSignedIn) return say('530 5.7.0 Sign in first');
    if (verb === 'MAIL') letter = { from: addressIn(line), to: [], raw: '' };
    if (verb === 'RCPT') {
      if (addressIn(line).endsWith('@refused.example')) return say('550 5.1.1 No such mailbox');
      letter.to.push(addressIn(line));
    }
    isData = verb === 'DATA';
    say(isData ? '354 Go on' : '250 OK');
  };

  socket.on('data', (chunk) => {
    text += chunk.toString('utf8');
    for (;;) {
      const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const part = text.slice(0, end);
      text = text.slice(end + (isData ? 5 : 2));
      if (!isData) answer(part);
      else {
        isData = false;
        const line = take({ ...letter, raw: part });
        if (line === null) return void socket.destroy();
        say(line);
      }
    }
  });
  say('220 127.0.0.1 ready');
}
