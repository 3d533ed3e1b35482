import { error, redirect } from '@sveltejs/kit';
import { PUBLIC_SUPABASE_URL } from '$app/env/private';
import { SUPABASE_URL } from '$app/env/private';
import { safeNext } from '#lib/platform/safe-next.ts';
import type { RequestHandler } from './$types';

/** Sends the browser to Google's consent page. A link and not a form: `form-action` would block the way out. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'));
  const { data, error: refusal } = await locals.auth.signInWithOAuth({
    provider: 'google',
    options: {
      redirectTo: `${locals.publicOrigin}/auth/callback?next=${encodeURIComponent(next)}`,
      skipBrowserRedirect: true,
    },
  });
  if (refusal) error(502, 'Google sign-in is not available. Sign in with email and password.');
  // This server may reach Supabase by an address the browser cannot use.
  redirect(303, data.url.replace(SUPABASE_URL, PUBLIC_SUPABASE_URL || locals.publicOrigin));
};
