import { createServerClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import { SUPABASE_ANON_KEY, SUPABASE_URL } from '$app/env/private';
import { shareRefreshes } from './share-refreshes.server.ts';

const fetchSharingRefreshes = shareRefreshes(fetch);

/**
 * The auth client of one request. Its session lives in cookies no script of the page can read: the browser is handed
 * the short-lived access token only, never the refresh token.
 */
export function createAuthClient(event: RequestEvent): SupabaseClient {
  const secure = event.request.headers.get('x-forwarded-proto') === 'https';
  return createServerClient(SUPABASE_URL, SUPABASE_ANON_KEY, {
    global: { fetch: fetchSharingRefreshes },
    cookieOptions: { name: 'nexus-session', path: '/', httpOnly: true, sameSite: 'lax', secure },
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (cookies) => {
        for (const { name, value, options } of cookies) {
          event.cookies.set(name, value, { ...options, path: '/', httpOnly: true, sameSite: 'lax', secure });
        }
      },
    },
  });
}
