import { exportJWK, generateKeyPair } from 'jose';

/** Supabase's published keys, `/auth/v1/.well-known/jwks.json`, with the private half of one for signing. */
export async function jwksLoopback() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'current', alg: 'ES256', use: 'sig' };
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => Response.json({ keys: [key] }) });
  return {
    url: `http://127.0.0.1:${server.port}/auth/v1/.well-known/jwks.json`,
    privateKey,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
