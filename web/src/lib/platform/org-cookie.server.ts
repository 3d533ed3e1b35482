import type { Cookies } from '@sveltejs/kit';
import { ORG_COOKIE } from './org-cookie.ts';

/** Remembers the organisation this browser works in. Readable by scripts, which send it along with each call. */
export function setOrgCookie(cookies: Cookies, request: Request, orgId: string): void {
  const secure = request.headers.get('x-forwarded-proto') === 'https';
  cookies.set(ORG_COOKIE, orgId, { path: '/', maxAge: 365 * 24 * 3600, sameSite: 'lax', httpOnly: false, secure });
}
