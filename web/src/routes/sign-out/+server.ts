import { redirect } from '@sveltejs/kit';
import { ORG_COOKIE } from '#lib/platform/org-cookie.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, cookies }) => {
  await locals.auth.signOut({ scope: 'local' });
  cookies.delete(ORG_COOKIE, { path: '/' });
  redirect(303, '/sign-in');
};
