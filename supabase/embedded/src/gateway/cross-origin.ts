/** Supabase answers every origin: what a request may do depends on its tokens, never on cookies. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '*',
      'access-control-max-age': '3600',
      vary: 'Access-Control-Request-Headers',
    },
  });
}

const EXPOSED = [
  'Content-Encoding, Content-Length, Content-Location, Content-Range, Location, Preference-Applied, Range-Unit',
  'Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset',
  'X-Sb-Error-Code, X-Supabase-Api-Version',
].join(', ');

/** Lets any page read an answer, unless the service has said already who may. */
export function allowAnyOrigin(response: Response): Response {
  if (response.headers.has('access-control-allow-origin')) return response;
  const headers = new Headers(response.headers);
  headers.set('access-control-allow-origin', '*');
  headers.set('access-control-expose-headers', EXPOSED);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
