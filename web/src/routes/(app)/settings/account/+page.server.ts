import { fail } from '@sveltejs/kit';
import { authProblem } from '#lib/platform/auth-problem.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData();
    const session = await locals.session();
    // Whoever finds an open page must not be able to take the account over.
    const { error: wrong } = await locals.auth.signInWithPassword({
      email: session?.email ?? '',
      password: String(form.get('current') ?? ''),
    });
    if (wrong) return fail(400, { problem: authProblem(wrong), field: 'current' as const });
    const { error } = await locals.auth.updateUser({ password: String(form.get('password') ?? '') });
    if (error) return fail(400, { problem: authProblem(error), field: 'password' as const });
    return { isChanged: true };
  },
};
