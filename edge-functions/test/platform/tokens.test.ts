import { expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { createTokenVerifier } from '../../src/app.ts';
import { jwksLoopback } from '../loopback/jwks.ts';

const now = () => new Date();
const secret = 'a secret of at least thirty-two characters';

function claims(payload: object = {}) {
  return new SignJWT({ role: 'authenticated', email: 'a@example.com', ...payload })
    .setSubject(randomUUID())
    .setExpirationTime('1h');
}

test('a token signed with a published key is believed', async () => {
  using jwks = await jwksLoopback();
  const verify = createTokenVerifier({ secret, jwksUrl: jwks.url, now });

  const token = await claims().setProtectedHeader({ alg: 'ES256', kid: 'current' }).sign(jwks.privateKey);

  expect(await verify(token)).toMatchObject({ role: 'authenticated', email: 'a@example.com' });
});

test('a token signed with a key that nobody published is not', async () => {
  using jwks = await jwksLoopback();
  const { privateKey } = await generateKeyPair('ES256');
  const verify = createTokenVerifier({ jwksUrl: jwks.url, now });

  const tokens = await Promise.all(
    ['current', 'other'].map((kid) => claims().setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)),
  );

  expect(await Promise.all(tokens.map(verify))).toEqual([null, null]);
});

test('published keys that do not come are a passing problem, not a refusal', async () => {
  const { privateKey } = await generateKeyPair('ES256');
  const verify = createTokenVerifier({ jwksUrl: 'http://127.0.0.1:1/jwks.json', now });

  const token = await claims().setProtectedHeader({ alg: 'ES256', kid: 'current' }).sign(privateKey);

  await expect(verify(token)).rejects.toMatchObject({ code: 'upstream-down' });
});

test('a token that says how it wants to be checked is not asked', async () => {
  const verify = createTokenVerifier({ secret, now });
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { role: 'authenticated', sub: randomUUID(), email: 'a@example.com', exp: Date.now() };

  const unsigned = `${encode({ alg: 'none' })}.${encode(payload)}.`;
  const longer = await claims()
    .setProtectedHeader({ alg: 'HS512' })
    .sign(new TextEncoder().encode(secret.repeat(2)));

  expect([await verify(unsigned), await verify(longer)]).toEqual([null, null]);
});

test('a token without an end is not believed', async () => {
  const verify = createTokenVerifier({ secret, now });
  const signer = new SignJWT({ role: 'authenticated', email: 'a@example.com' }).setSubject(randomUUID());

  const token = await signer.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));

  expect(await verify(token)).toBeNull();
});
