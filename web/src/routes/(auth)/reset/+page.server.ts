import { fail, redirect } from '@sveltejs/kit';
import { authProblem } from '#lib/platform/auth-problem.ts';
import { textOfForm } from '#lib/platform/text-of-form.ts';
import type { Actions, PageServerLoad } from './$types';

/** Recovery links come with `?code=` (PKCE), with `?token_hash=&type=recovery`, or with tokens after the `#`. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const code = url.searchParams.get('code');
  const tokenHash = url.searchParams.get('token_hash');
  if (code || tokenHash) {
    const { error } = code
      ? await locals.auth.exchangeCodeForSession(code)
      : await locals.auth.verifyOtp({ token_hash: tokenHash ?? '', type: 'recovery' });
    redirect(303, error ? '/reset?problem=link' : '/reset');
  }
  const session = await locals.safeGetSession();
  return { email: session?.email ?? null, badLink: url.searchParams.has('problem') || url.searchParams.has('error') };
};

export const actions: Actions = {
  /** Takes over the tokens that only the browser could see. */
  adopt: async ({ request, locals }) => {
    const form = await request.formData();
    const { error } = await locals.auth.setSession({
      access_token: textOfForm(form, 'access_token'),
      refresh_token: textOfForm(form, 'refresh_token'),
    });
    redirect(303, error ? '/reset?problem=link' : '/reset');
  },

  change: async ({ request, locals }) => {
    const password = String((await request.formData()).get('password') ?? '');
    const { error } = await locals.auth.updateUser({ password });
    if (error) return fail(400, { problem: authProblem(error) });
    redirect(303, '/archive');
  },
};
