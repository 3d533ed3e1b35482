import { errors, jwtVerify, SignJWT } from 'jose';
import { StorageError } from './storage-error.ts';

const ROLES = ['anon', 'authenticated', 'service_role'] as const;
type Role = (typeof ROLES)[number];

/** Who asks, as row-level security sees it. `ownerId` becomes the owner of what they upload. */
export interface Caller {
  role: Role;
  claims: Record<string, unknown>;
  ownerId: string | null;
}

export const SERVICE: Caller = { role: 'service_role', claims: { role: 'service_role' }, ownerId: null };

/** Signs and verifies the project's HS256 tokens: access tokens, and the tokens in signed URLs. */
export interface Tokens {
  /** Null when the request carries no credentials at all. */
  callerOf(request: Request): Promise<Caller | null>;
  sign(claims: Record<string, unknown>, expiresInSeconds: number): Promise<string>;
  /** The claims of a signed URL's token; throws `InvalidJWT` when forged or expired. */
  verify(token: string): Promise<Record<string, unknown>>;
}

export function createTokens(jwtSecret: string): Tokens {
  const secret = new TextEncoder().encode(jwtSecret);

  async function claimsOf(token: string, code: 'AccessDenied' | 'InvalidJWT'): Promise<Record<string, unknown>> {
    try {
      return (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new StorageError(code, error.message, { cause: error });
      throw error;
    }
  }

  return {
    async callerOf(request) {
      const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      const token = bearer ?? request.headers.get('apikey');
      if (!token) return null;

      const claims = await claimsOf(token, 'AccessDenied');
      const role = ROLES.find((known) => known === (claims.role ?? 'anon'));
      if (!role) throw new StorageError('AccessDenied', `The role ${String(claims.role)} is not known here`);
      return { role, claims: { ...claims, role }, ownerId: typeof claims.sub === 'string' ? claims.sub : null };
    },

    sign: (claims, expiresInSeconds) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(secret),

    verify: (token) => claimsOf(token, 'InvalidJWT'),
  };
}
