import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'bun:test';
import { outbox } from '../../src/auth/mail.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

test('without a mail server a letter is kept for the operator, and one line says where', async () => {
  const directory = temporaryDirectory();
  const lines: string[] = [];
  const send = outbox(join(directory.path, 'outbox'), (line) => lines.push(line));

  await send({
    to: 'anna@example.test',
    subject: 'Choose a new password',
    kind: 'recovery',
    link: 'http://localhost:3000/auth/v1/verify?token=1',
    text: 'Open this link within an hour:\nhttp://localhost:3000/auth/v1/verify?token=1',
  });

  const [file] = readdirSync(join(directory.path, 'outbox'));
  const path = join(directory.path, 'outbox', file!);
  const message = readFileSync(path, 'utf8');
  expect(file).toEndWith('.eml');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(message).toContain('To: anna@example.test\r\nSubject: Choose a new password\r\n');
  expect(message).toContain('\r\n\r\nOpen this link within an hour:\r\nhttp://localhost:3000/auth/v1/verify?token=1');
  expect(lines).toEqual([expect.stringContaining(path)]);
  directory.remove();
});
