import { fail, redirect } from '@sveltejs/kit';
import { authProblem } from '#lib/platform/auth-problem.ts';
import { safeNext } from '#lib/platform/safe-next.ts';
import type { Setup } from '@nexus/shared/platform';
import { textOfForm } from '#lib/platform/text-of-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'));
  if (await locals.safeGetSession()) redirect(303, next);
  const setup = await locals.api.get<Setup>('/setup');
  return { setup, next, badLink: url.searchParams.get('problem') === 'link' };
};

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await request.formData();
    const email = textOfForm(form, 'email');
    const password = String(form.get('password') ?? '');
    const { error } = await locals.auth.signInWithPassword({ email, password });
    if (error) return fail(400, { email, problem: authProblem(error) });
    redirect(303, safeNext(url.searchParams.get('next')));
  },
};
