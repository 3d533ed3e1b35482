import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { jwtVerify } from 'jose';
import { loadSecrets } from '../../src/secrets.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
beforeEach(() => {
  directory = temporaryDirectory();
  home = join(directory.path, 'home');
});
afterEach(() => directory.remove());

test('secrets are made once, readable by their owner alone', async () => {
  const first = await loadSecrets(home);
  const second = await loadSecrets(home);

  expect(second).toEqual(first);
  expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(first.credentialsKey, 'base64')).toHaveLength(32);
});

test('two that start at once agree on the secrets', async () => {
  const [one, other] = await Promise.all([loadSecrets(home), loadSecrets(home)]);

  expect(one).toEqual(other!);
});

test('the keys are tokens of their roles, valid for ten years', async () => {
  const { jwtSecret, anonKey, serviceKey } = await loadSecrets(home);
  const secret = new TextEncoder().encode(jwtSecret);
  const inNineYears = new Date(Date.now() + 9 * 365 * 86_400_000);

  const anon = await jwtVerify(anonKey, secret, { currentDate: inNineYears });
  const service = await jwtVerify(serviceKey, secret, { currentDate: inNineYears });

  expect([anon.payload['role'], service.payload['role']]).toEqual(['anon', 'service_role']);
});

test('damaged secrets stop the start rather than be replaced', async () => {
  await loadSecrets(home);
  writeFileSync(join(home, 'secrets.json'), '{"jwtSecret":');

  await expect(loadSecrets(home)).rejects.toMatchObject({ code: 'secrets-unreadable' });
});
