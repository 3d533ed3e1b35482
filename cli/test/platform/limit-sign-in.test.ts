import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningNexus, startNexus } from '../running/start-nexus.ts';

let nexus: RunningNexus;
let anonKey: string;

beforeAll(async () => {
  nexus = await startNexus();
  anonKey = (JSON.parse(await readFile(join(nexus.home, 'secrets.json'), 'utf8')) as { anonKey: string }).anonKey;
}, 120_000);

afterAll(() => nexus[Symbol.asyncDispose]());

const signIn = (email: string) =>
  fetch(`${nexus.url}/auth/v1/token?grant_type=password`, {
    method: 'POST',
    headers: { apikey: anonKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a guess' }),
  });

test('who guesses passwords is slowed down, account by account', async () => {
  const statuses: number[] = [];
  for (let guess = 0; guess < 11; guess += 1) statuses.push((await signIn('target@example.org')).status);
  const last = await signIn('target@example.org');
  const somebodyElse = await signIn('other@example.org');

  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(400));
  expect(last.status).toBe(429);
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await last.json()).toMatchObject({ error_code: 'over_request_rate_limit' });
  expect(somebodyElse.status).toBe(400);
});
