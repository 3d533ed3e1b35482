import { createHash } from 'node:crypto';
import type { PGlite } from '@electric-sql/pglite';
import { z } from 'zod';
import { jsonBody } from './json-body.ts';

/** Who may make an account: anyone, or, after the first user, only those with an invitation. */
export type SignUp = 'open' | 'invited';

/** The endpoints that may make an account, and the one that says whether they would. */
const REGISTERS = /^\/auth\/v1\/(signup|otp|magiclink|callback|settings)$/;

const SignUpBody = z.object({ data: z.object({ invitation: z.string().min(1).max(512) }) });

/**
 * Whether this request may make an account. An invited person signs up with the invitation's token as
 * `options.data.invitation`; accepting it afterwards is the API's matter.
 */
export async function mayRegister(request: Request, signUp: SignUp, database: PGlite): Promise<boolean> {
  if (signUp === 'open') return true;
  const { pathname } = new URL(request.url);
  if (!REGISTERS.test(pathname)) return false;
  const { rows } = await database.query('select from auth.users limit 1');
  if (rows.length === 0) return true;
  if (pathname !== '/auth/v1/signup' || request.method !== 'POST') return false;

  const body = SignUpBody.safeParse(await jsonBody(request));
  if (!body.success) return false;
  const hash = createHash('sha256').update(body.data.data.invitation).digest('hex');
  const invitations = await database.query('select from private.read_invitation($1)', [hash]);
  return invitations.rows.length > 0;
}

/** The request as one who may not register sends it. Lite's `/otp` makes accounts even where it is told that nobody may. */
export async function withoutRegistration(request: Request): Promise<Request> {
  if (new URL(request.url).pathname !== '/auth/v1/otp' || request.method !== 'POST') return request;
  const body = z
    .object({})
    .loose()
    .safeParse(await jsonBody(request));
  if (!body.success) return request;
  return new Request(request, { method: 'POST', body: JSON.stringify({ ...body.data, create_user: false }) });
}
