import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** A fresh access token for the page that is open. The refresh token stays in its cookie. */
export const POST: RequestHandler = async ({ locals }) => {
  const session = await locals.session();
  return json(session, { status: session ? 200 : 401, headers: { 'cache-control': 'no-store' } });
};
