import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/up/settings.ts';
import { smtp } from '../../src/up/smtp.ts';
import { smtpServer } from '../loopback/smtp.ts';
import { preparedHome } from '../running/prepared-home.ts';
import { firstOwner, startNexus } from '../running/start-nexus.ts';

const LETTER = {
  to: 'anna@example.org',
  subject: 'Choose a new password — Новый пароль',
  text: 'Open this link:\n\nhttp://127.0.0.1:3000/auth/verify?token=abc&type=recovery\n\nПривет',
  kind: 'recovery' as const,
  link: 'http://127.0.0.1:3000/auth/verify?token=abc&type=recovery',
};

test('a letter reaches the mail server with its sender, its one receiver and its words', async () => {
  await using server = await smtpServer();

  await smtp({ url: server.url, from: 'Nexus <nexus@example.org>' })(LETTER);

  expect(server.letters).toHaveLength(1);
  const [letter] = server.letters;
  expect(letter).toMatchObject({ from: 'nexus@example.org', to: ['anna@example.org'] });
  expect(letter?.raw).toContain('From: Nexus <nexus@example.org>');
  expect(wordsOf(letter!.raw)).toContain(LETTER.link);
  expect(wordsOf(letter!.raw)).toContain('Привет');
});

test('who forgot the password gets the letter by mail, and nothing is left in the outbox', async () => {
  await using server = await smtpServer();
  await using home = await preparedHome();
  const environment = { NEXUS_SMTP_URL: server.url, NEXUS_MAIL_FROM: 'nexus@example.org' };
  await using nexus = await startNexus({ home: home.path, environment });
  await firstOwner(nexus);
  const { anonKey } = (await Bun.file(join(home.path, 'secrets.json')).json()) as { anonKey: string };
  const arrived = server.next();

  const answer = await fetch(`${nexus.url}/auth/v1/recover`, {
    method: 'POST',
    headers: { apikey: anonKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.org' }),
  });
  const letter = await arrived;

  expect(answer.status).toBe(200);
  expect(letter.to).toEqual(['owner@example.org']);
  expect(wordsOf(letter.raw)).toMatch(/https?:\/\/\S+token/);
  expect(existsSync(join(home.path, 'outbox'))).toBe(false);
}, 60_000);

test('an address that holds two, or a line end, never reaches a second receiver', async () => {
  await using server = await smtpServer();
  const send = smtp({ url: server.url, from: 'nexus@example.org' });

  for (const to of ['anna@example.org, eve@example.org', 'anna@example.org\r\nBcc: eve@example.org'])
    await Promise.allSettled([send({ ...LETTER, to })]);

  expect(server.letters.flatMap(({ to }) => to)).not.toContain('eve@example.org');
  expect(server.letters.map(({ raw }) => raw).join('\n')).not.toMatch(/^Bcc:/m);
});

test('what the server refuses, and a server that is not there, are problems in words', async () => {
  const gone = await smtpServer();
  await gone[Symbol.asyncDispose]();
  await using server = await smtpServer();
  const wrong = server.url.replace(/:[^:@]+@/, ':wrong@');

  for (const [url, to] of [
    [server.url, 'nobody@refused.example'],
    [wrong, LETTER.to],
    [gone.url, LETTER.to],
  ] as const) {
    const sending = smtp({ url, from: 'nexus@example.org' })({ ...LETTER, to });
    await expect(sending).rejects.toMatchObject({
      code: 'upstream-down',
      detail: expect.stringContaining('mail server'),
    });
  }
});

test('a mail server without a sender, or one of another kind, does not start', () => {
  expect(() => readSettings({ NEXUS_SMTP_URL: 'smtp://127.0.0.1:2525' })).toThrow(/NEXUS_MAIL_FROM/);
  expect(() => readSettings({ NEXUS_SMTP_URL: 'https://127.0.0.1', NEXUS_MAIL_FROM: 'a@b.c' })).toThrow(
    /NEXUS_SMTP_URL/,
  );
});

test('what is set to nothing is not set', () => {
  expect(readSettings({ NEXUS_PORT: '', NEXUS_SMTP_URL: '' })).toMatchObject({
    NEXUS_PORT: 3000,
    NEXUS_API_PORT: 54_321,
  });
});

/** The text of a letter, whichever of the two encodings it travelled in. */
function wordsOf(raw: string): string {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/^Content-Transfer-Encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString();
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^Content-Transfer-Encoding: quoted-printable/im.test(head) ? Buffer.from(bytes, 'latin1').toString() : body;
}
