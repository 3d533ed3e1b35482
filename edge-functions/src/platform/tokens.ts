import { NexusError } from '@nexus/shared/platform';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';

/** What is believed of a Supabase access token. `anon` is the public key that official clients send before a sign-in. */
export type TokenClaims = { role: 'anon' } | { role: 'authenticated'; userId: string; email: string };

/** Null for a token that is not (any more) to be trusted. */
export type VerifyToken = (token: string) => Promise<TokenClaims | null>;

export interface TokenOptions {
  /** HS256: the embedded stack, `supabase start`, and older hosted projects. */
  secret?: string;
  /** Asymmetric keys: newer hosted projects, at `/auth/v1/.well-known/jwks.json`. */
  jwksUrl?: string;
  now: () => Date;
}

const Claims = z.discriminatedUnion('role', [
  z.object({ role: z.literal('anon') }),
  z.object({ role: z.literal('authenticated'), sub: z.uuid(), email: z.string().default(''), exp: z.number() }),
]);

const ASYMMETRIC = ['ES256', 'RS256', 'EdDSA'];

/**
 * Verifies signature and times as Supabase's gateway does. Keys of a JWKS are fetched when first needed, then kept. Throws
 * `upstream-down` when they cannot be fetched: that says nothing of the token.
 */
export function createTokenVerifier({ secret, jwksUrl, now }: TokenOptions): VerifyToken {
  const secretBytes = secret === undefined ? undefined : new TextEncoder().encode(secret);
  const keySet = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl));

  async function verify(token: string): Promise<JWTPayload | null> {
    const { alg = '' } = decodeProtectedHeader(token);
    const currentDate = now();
    if (alg === 'HS256' && secretBytes)
      return (await jwtVerify(token, secretBytes, { currentDate, algorithms: [alg] })).payload;
    if (!ASYMMETRIC.includes(alg) || !keySet) return null;
    return (
      await jwtVerify(token, (...wanted) => keySet(...wanted).catch(failUnlessUnknown), {
        currentDate,
        algorithms: ASYMMETRIC,
      })
    ).payload;
  }

  return async (token) => {
    try {
      const claims = Claims.safeParse(await verify(token));
      if (!claims.success) return null;
      if (claims.data.role === 'anon') return { role: 'anon' };
      return { role: 'authenticated', userId: claims.data.sub, email: claims.data.email };
    } catch (error) {
      // Not a token (TypeError), wrongly signed, expired.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  };
}

/** A set without the token's key refuses the token; a set that does not come refuses nobody. */
function failUnlessUnknown(error: unknown): never {
  if (error instanceof errors.JWKSNoMatchingKey) throw error;
  throw new NexusError('upstream-down', 'The sign-in service does not answer. Try again in a moment.', {
    cause: error,
    retryAfterSeconds: 5,
  });
}
