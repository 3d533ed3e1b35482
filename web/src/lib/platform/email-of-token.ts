/** The address an access token names (RFC 7519, the middle of its three parts). Unverified: for showing, not for deciding. */
export function emailOf(accessToken: string): string {
  const payload = (accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as { email?: string };
  return claims.email ?? '';
}
