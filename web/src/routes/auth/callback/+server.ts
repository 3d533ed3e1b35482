import { redirect } from '@sveltejs/kit';
import { safeNext } from '#lib/platform/safe-next.ts';
import type { RequestHandler } from './$types';

/** Where Google, and confirmation links of sign-up, come back to. */
export const GET: RequestHandler = async ({ locals, url }) => {
  const code = url.searchParams.get('code');
  const tokenHash = url.searchParams.get('token_hash');
  const { error } = code
    ? await locals.auth.exchangeCodeForSession(code)
    : await locals.auth.verifyOtp({ token_hash: tokenHash ?? '', type: 'email' });
  redirect(303, error ? '/sign-in?problem=link' : safeNext(url.searchParams.get('next')));
};
