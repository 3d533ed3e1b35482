import { SUPABASE_ANON_KEY, SUPABASE_URL } from '$app/env/private';
import { ORG_COOKIE } from '#lib/platform/org-cookie.ts';
import { problemResponse } from './problem-response.ts';
import type { RequestHandler } from './$types';

/** Belong to one connection (RFC 9110, 7.6.1) or to the bytes as they were sent, which fetch has already unpacked. */
const NOT_PASSED_ON = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'cookie',
  'content-length',
  'content-encoding',
];

/** `/api/…` on the web's own origin is the API: bodies stream both ways, the session's cookie becomes a bearer token. */
const forward: RequestHandler = async ({ request, params, url, locals, cookies, getClientAddress }) => {
  const headers = new Headers(request.headers);
  for (const name of NOT_PASSED_ON) headers.delete(name);
  headers.set('apikey', headers.get('apikey') ?? SUPABASE_ANON_KEY);
  const forwardedFor = [headers.get('x-forwarded-for'), getClientAddress()].filter(Boolean);
  headers.set('x-forwarded-for', forwardedFor.join(', '));

  if (!headers.has('authorization')) {
    const session = await locals.session();
    if (session) headers.set('authorization', `Bearer ${session.accessToken}`);
  }
  const orgId = cookies.get(ORG_COOKIE);
  if (orgId && !headers.has('x-nexus-org')) headers.set('x-nexus-org', orgId);

  const target = `${SUPABASE_URL}/functions/v1/api/${params.path}${url.search}`;
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers,
    body: request.body,
    duplex: 'half',
    redirect: 'manual',
    signal: request.signal,
  };
  const answer = await fetch(target, init).catch(() => null);
  if (!answer)
    return problemResponse('upstream-down', 503, 'The API does not answer. It may be starting; try again in a moment.');

  const answerHeaders = new Headers(answer.headers);
  for (const name of NOT_PASSED_ON) answerHeaders.delete(name);
  return new Response(answer.body, { status: answer.status, headers: answerHeaders });
};

export const GET = forward;
export const HEAD = forward;
export const POST = forward;
export const PUT = forward;
export const PATCH = forward;
export const DELETE = forward;
export const OPTIONS = forward;
