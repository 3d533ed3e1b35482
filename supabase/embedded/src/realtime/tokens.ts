import { errors, jwtVerify } from 'jose';

/** The claims a request acts with: what policies see as `auth.jwt()`. */
export interface Claims {
  role: string;
  /** Seconds since 1970. Absent for the two API keys: they do not expire. */
  exp?: number;
  sub?: string;
  [name: string]: unknown;
}

export type TokenVerdict = { accepted: true; claims: Claims } | { accepted: false; code: string; message: string };

/** The only roles a token may act as: anything else a signed token names (a superuser, say) is refused. */
const ROLES = new Set(['anon', 'authenticated', 'service_role']);

export interface TokenSettings {
  jwtSecret: string;
  apiKeys: { anon: string; service: string };
}

export type VerifyToken = (token: string) => Promise<TokenVerdict>;

/** Tells what a token is good for: one of the two API keys (a JWT or an opaque word), or a JWT signed HS256 with the secret. */
export function tokenVerifier({ jwtSecret, apiKeys }: TokenSettings): VerifyToken {
  const secret = new TextEncoder().encode(jwtSecret);
  const roles = new Map([
    [apiKeys.anon, 'anon'],
    [apiKeys.service, 'service_role'],
  ]);

  return async function verify(token) {
    const role = roles.get(token);
    if (role !== undefined) return { accepted: true, claims: { role } };

    try {
      const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
      return judge(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return refusal(error);
      throw error;
    }
  };
}

function judge(claims: Record<string, unknown>): TokenVerdict {
  const { role, exp } = claims;
  if (typeof role !== 'string' || typeof exp !== 'number') {
    return refused('InvalidJWTToken', 'Fields `role` and `exp` are required in JWT');
  }
  if (!ROLES.has(role))
    return refused('InvalidJWTToken', `The role of the token is not one of ${[...ROLES].join(', ')}`);
  return { accepted: true, claims: { ...claims, role, exp } };
}

function refusal(error: errors.JOSEError): TokenVerdict {
  if (error instanceof errors.JWTExpired) return refused('InvalidJWTToken', expiredMessage(error.payload.exp ?? 0));
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refused('JwtSignatureError', 'Failed to validate JWT signature');
  }
  return refused('MalformedJWT', 'The token provided is not a valid JWT');
}

/** The sentence Supabase's server uses; clients show it as it is. */
export function expiredMessage(exp: number): string {
  return `Token has expired ${Math.max(0, Math.floor(Date.now() / 1_000) - exp)} seconds ago`;
}

function refused(code: string, message: string): TokenVerdict {
  return { accepted: false, code, message };
}
