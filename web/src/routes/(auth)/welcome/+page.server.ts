import { fail, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/platform/api.ts';
import type { Org } from '@nexus/shared/platform';
import { setOrgCookie } from '#lib/platform/org-cookie.server.ts';
import { textOfForm } from '#lib/platform/text-of-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const session = await locals.safeGetSession();
  if (!session) redirect(303, '/sign-in?next=/welcome');
  return { email: session.email };
};

export const actions: Actions = {
  default: async ({ request, locals, cookies }) => {
    const name = textOfForm(await request.formData(), 'name');
    try {
      const org = await locals.api.post<Org>('/orgs', { name });
      setOrgCookie(cookies, request, org.id);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
      return fail(error.status, { name, problem: error.detail, fields: error.fields });
    }
    redirect(303, '/archive');
  },
};
