/** Signs the first owner in as a browser without JavaScript does. Answers the cookies of the session. */
export async function signInByForm(url: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { origin: url, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email: 'owner@example.org', password: 'correct horse battery' }),
    redirect: 'manual',
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  if (response.status !== 303 || cookies.length === 0) throw new Error(`Signing in answered ${response.status}`);
  return cookies.join('; ');
}
