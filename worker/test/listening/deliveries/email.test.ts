import { expect, test } from 'bun:test';
import { email } from '../../../src/listening/notifiers/email.ts';
import { notifierContract, type NotifierTrial } from '../../contract/notifier.ts';
import { testMessage, testOutletIo } from '../../contract/outlet-io.ts';
import { type SmtpServer, smtpServer } from '../../loopback/smtp-server.ts';

const TROUBLES = {
  limited: { line: '451 4.7.1 Try later' },
  'cut-before': 'cut-before',
  'cut-after': 'cut-after',
} as const;

const ioOf = (server: SmtpServer, over: { password?: string; to?: string; port?: number } = {}) =>
  testOutletIo({
    allow: [`127.0.0.1:${server.port}`, '127.0.0.1:9'],
    settings: {
      host: server.host,
      port: over.port ?? server.port,
      encryption: 'none',
      user: server.user,
      from: 'nexus@example.org',
    },
    credentials: { password: over.password ?? server.password },
    address: { to: over.to ?? 'ann@example.org, bob@example.org' },
  });

async function trial(): Promise<NotifierTrial> {
  const server = await smtpServer();
  return {
    io: ioOf(server),
    revoked: ioOf(server, { password: 'wrong' }),
    gone: ioOf(server, { to: 'nobody@refused.example' }),
    nobody: ioOf(server, { port: 9 }),
    arrived: () => server.letters.map(({ raw }) => wordsOf(raw)),
    trouble: (kind) => server.next(TROUBLES[kind]),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

notifierContract('email', email, trial, { canFind: false });

test('a letter has both forms of its text, every word of strangers escaped, and the same id with each attempt', async () => {
  await using server = await smtpServer();
  const message = testMessage();
  server.next({ line: '451 4.7.1 Try later' });

  await email.send(message, ioOf(server)).catch(() => undefined);
  const { remoteId } = await email.send(message, ioOf(server));

  const [letter] = server.letters;
  expect(letter).toMatchObject({ from: 'nexus@example.org', to: ['ann@example.org', 'bob@example.org'] });
  expect(remoteId).toBe(`<${message.id}@nexus.invalid>`);
  expect(letter!.raw).toContain(`Message-ID: ${remoteId}`);
  const words = wordsOf(letter!.raw);
  expect(words).toContain('text/plain');
  expect(words).toContain('Ann &lt;script&gt;');
  expect(words).not.toContain('<b>ferry</b> leave? ⛴ متى</p>');
});

test('a title with line ends adds no header', async () => {
  await using server = await smtpServer();

  await email.send(testMessage({ title: 'Hello\r\nBcc: eve@example.org' }), ioOf(server));

  expect(server.letters[0]!.to).toEqual(['ann@example.org', 'bob@example.org']);
  expect(server.letters[0]!.raw).not.toMatch(/^Bcc:/im);
});

test('a receiver that is refused is named; the others get the letter', async () => {
  await using server = await smtpServer();

  const receipt = await email.send(testMessage(), ioOf(server, { to: 'ann@example.org; x@refused.example' }));

  expect(receipt.note).toContain('x@refused.example');
  expect(server.letters[0]!.to).toEqual(['ann@example.org']);
});

test('without a connection the mail server of the installation is used, and without both it says so', async () => {
  await using server = await smtpServer();
  const address = { to: 'ann@example.org' };
  const url = `smtp://${server.user}:${server.password}@127.0.0.1:${server.port}`;

  await email.send(testMessage(), testOutletIo({ address, mail: { url, from: 'Nexus <nexus@example.org>' } }));

  expect(server.letters[0]).toMatchObject({ from: 'nexus@example.org' });
  await expect(email.send(testMessage(), testOutletIo({ address }))).rejects.toMatchObject({ code: 'not-configured' });
});

test("an organisation's own mail server may not lie inside the network", async () => {
  await using server = await smtpServer();
  const io = { ...ioOf(server), http: testOutletIo().http };

  await expect(email.send(testMessage(), io)).rejects.toMatchObject({ code: 'address-refused' });
});

/** The parts of a letter with their encodings undone. */
function wordsOf(raw: string): string {
  const whole = raw.replaceAll('\r\n..', '\r\n.');
  return whole
    .split(/\r\n--[^\r\n]+\r\n/)
    .map((part) => {
      const [head = '', ...rest] = part.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      if (/base64/i.test(head)) return `${head}\n${Buffer.from(body, 'base64').toString('utf8')}`;
      if (!/quoted-printable/i.test(head)) return part;
      const bytes = body
        .replaceAll(/=\r\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
      return `${head}\n${Buffer.from(bytes, 'latin1').toString('utf8')}`;
    })
    .join('\n');
}
