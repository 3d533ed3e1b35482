import { redirect } from '@sveltejs/kit';
import { SUPABASE_ANON_KEY } from '$app/env/private';
import { ApiProblem } from '#lib/platform/api.ts';
import type { Me, Setup } from '@nexus/shared/platform';
import { ORG_COOKIE } from '#lib/platform/org-cookie.ts';
import type { LayoutServerLoad } from './$types';

/** Signed in, and with an organisation? `/me` verifies the token, so no second question is asked. */
export const load: LayoutServerLoad = async ({ locals, url, cookies, depends, untrack }) => {
  depends('nexus:me');
  const session = await locals.session();
  const here = untrack(() => url.pathname + url.search);
  if (!session) return redirect(303, await entrance(locals.api, here));

  const me = await locals.api.get<Me>('/me').catch(async (error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status === 401) redirect(303, await entrance(locals.api, here));
    if (error.status !== 403 || !cookies.get(ORG_COOKIE)) throw error;
    // The remembered organisation is gone, or no longer ours.
    cookies.delete(ORG_COOKIE, { path: '/' });
    return locals.api.get<Me>('/me');
  });
  if (!me.current) redirect(303, '/welcome');

  const { orgId, role, scopes } = me.current;
  const org = me.orgs.find(({ id }) => id === orgId) ?? { id: orgId, name: '', role };
  return { session, user: me.user, orgs: me.orgs, org, role, scopes, anonKey: SUPABASE_ANON_KEY };
};

async function entrance(api: App.Locals['api'], here: string): Promise<string> {
  const { ownerExists } = await api.get<Setup>('/setup');
  const query = here === '/archive' ? '' : `?next=${encodeURIComponent(here)}`;
  return (ownerExists ? '/sign-in' : '/sign-up') + query;
}
