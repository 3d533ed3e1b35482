/** Problem+json from the web itself, in the API's shape, for when the API cannot be asked. */
export function problemResponse(code: string, status: number, detail: string): Response {
  const title = 'An external service is unavailable';
  const body = { type: 'about:blank', title, status, detail, code, requestId: crypto.randomUUID() };
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });
}
