import { redirect } from '@sveltejs/kit';
import { sequence, type Handle, type HandleServerError } from '@sveltejs/kit/hooks';
import { PUBLIC_SUPABASE_URL } from '$app/env/private';
import { SUPABASE_ANON_KEY, SUPABASE_URL } from '$app/env/private';
import { ApiProblem, ApiUnreachable, createApi } from '#lib/platform/api.ts';
import { createAuthClient } from '#lib/platform/auth-client.server.ts';
import { chooseLocale, chooseRegion } from '#lib/platform/choose-locale.ts';
import { LOCALE_COOKIE } from '#lib/platform/i18n.ts';
import { emailOf } from '#lib/platform/email-of-token.ts';
import { ORG_COOKIE } from '#lib/platform/org-cookie.ts';
import { isForged } from '#lib/platform/same-site.server.ts';
import { SECURITY_HEADERS, widenPolicy } from '#lib/platform/security-headers.server.ts';
import { parseTheme, THEME_COOKIE } from '#lib/platform/theme.ts';

/** What may come of a share is for its route to decide: it comes from the system, not from a page of ours. */
const refuseForgeries: Handle = ({ event, resolve }) =>
  event.route.id !== '/share' && isForged(event.request)
    ? new Response('This request came from another site.', { status: 403 })
    : resolve(event);

const preferences: Handle = ({ event, resolve }) => {
  const { cookies, request, locals, url } = event;
  const acceptLanguage = request.headers.get('accept-language');
  locals.locale = chooseLocale(cookies.get(LOCALE_COOKIE), acceptLanguage);
  locals.region = chooseRegion(locals.locale, acceptLanguage);
  locals.theme = parseTheme(cookies.get(THEME_COOKIE));
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host') ?? url.host;
  locals.publicOrigin = `${request.headers.get('x-forwarded-proto') ?? 'http'}://${host}`;

  return resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%nexus.locale%', locals.locale).replace('%nexus.theme%', locals.theme),
  });
};

const session: Handle = ({ event, resolve }) => {
  const { auth } = createAuthClient(event);
  let reading: Promise<Session | null> | undefined;
  const { locals } = event;
  locals.auth = auth;
  locals.session = () => (reading ??= readSession(auth));
  locals.safeGetSession = async () => {
    const known = await locals.session();
    if (!known) return null;
    const { error } = await auth.getUser(known.accessToken);
    return error ? null : known;
  };
  locals.api = createApi({
    fetch,
    baseUrl: `${SUPABASE_URL}/functions/v1/api`,
    headers: async () => {
      const headers: Record<string, string> = { apikey: SUPABASE_ANON_KEY };
      const known = await locals.session();
      if (known) headers.authorization = `Bearer ${known.accessToken}`;
      const orgId = event.cookies.get(ORG_COOKIE);
      if (orgId) headers['x-nexus-org'] = orgId;
      return headers;
    },
    // Full loads are led to the right entrance by the layout; this meets a click in a page whose session has ended.
    onSignedOut: () => {
      if (event.isDataRequest) redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname)}`);
    },
  });
  return resolve(event);
};

async function readSession(auth: App.Locals['auth']): Promise<Session | null> {
  const { data } = await auth.getSession();
  if (!data.session) return null;
  const { access_token, expires_at } = data.session;
  return { accessToken: access_token, expiresAtSeconds: expires_at ?? 0, email: emailOf(access_token) };
}

const securityHeaders: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  // An answer passed on from the API carries its own policy and may have headers that cannot be changed.
  if (event.route.id === '/api/[...path]') return response;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  const policy = response.headers.get('content-security-policy');
  if (policy) {
    const widened = widenPolicy(policy, PUBLIC_SUPABASE_URL, event.request.headers.get('host'));
    response.headers.set('content-security-policy', widened);
  }
  return response;
};

export const handle = sequence(securityHeaders, refuseForgeries, preferences, session);

/** One JSON line per unexpected failure; what the person sees is said by +error.svelte. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind === 'app' || kind === 'framework') return;
  if (error instanceof ApiUnreachable) return { status: 503, message: 'The API does not answer' };
  if (error instanceof ApiProblem) {
    return { status: error.status, message: error.detail, code: error.code, requestId: error.requestId };
  }
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  console.error(
    JSON.stringify({ level: 'error', event: 'web.request-failed', path: event.url.pathname, message, stack }),
  );
};
