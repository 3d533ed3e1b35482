/**
 * Whether a request that changes something came from our own pages. Browsers say so in `Sec-Fetch-Site`; over plain HTTP
 * they leave it out, and the hosts of `Origin` and `Host` are compared. Callers without cookies (the CLI, scripts) send
 * neither and carry a key of their own, so there is nothing to forge.
 */
export function isForged(request: Request): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false;
  if (request.headers.has('authorization')) return false;

  const site = request.headers.get('sec-fetch-site');
  if (site) return site !== 'same-origin' && site !== 'none';

  const origin = request.headers.get('origin');
  if (!origin) return request.headers.has('cookie');
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host');
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
