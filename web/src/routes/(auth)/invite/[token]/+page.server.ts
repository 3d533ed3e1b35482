import { fail, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/platform/api.ts';
import type { InvitationPreview, OrgRole } from '@nexus/shared/platform';
import { setOrgCookie } from '#lib/platform/org-cookie.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const session = await locals.safeGetSession();
  const invitation = await locals.api
    .get<InvitationPreview>(`/invitations/lookup/${encodeURIComponent(params.token)}`)
    .catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status < 500) return null;
      throw error;
    });
  return { invitation, email: session?.email ?? null };
};

export const actions: Actions = {
  default: async ({ locals, params, cookies, request }) => {
    try {
      const { orgId } = await locals.api.post<{ orgId: string; role: OrgRole }>('/invitations/accept', {
        token: params.token,
      });
      setOrgCookie(cookies, request, orgId);
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) return fail(error.status, { problem: error.detail });
      throw error;
    }
    redirect(303, '/archive');
  },
};
