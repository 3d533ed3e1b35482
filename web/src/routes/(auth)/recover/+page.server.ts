import { fail } from '@sveltejs/kit';
import { authProblem } from '#lib/platform/auth-problem.ts';
import { textOfForm } from '#lib/platform/text-of-form.ts';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const email = textOfForm(await request.formData(), 'email');
    const { error } = await locals.auth.resetPasswordForEmail(email, { redirectTo: `${locals.publicOrigin}/reset` });
    if (error) return fail(400, { email, problem: authProblem(error) });
    return { email, sent: true };
  },
};
