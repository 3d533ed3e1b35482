/**
 * Supabase Storage as far as the API calls it, without files: signing, and "no such object" in the words of the real one.
 * The official client itself is tried against the embedded storage in the other tests.
 */
export function storageLoopback(): { url: string; [Symbol.dispose](): void } {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/storage/v1/object/upload/sign/')) {
        return Response.json({ url: `${pathname.replace('/storage/v1', '')}?token=signed` });
      }
      if (pathname.startsWith('/storage/v1/object/sign/')) {
        return Response.json({ signedURL: `${pathname.replace('/storage/v1', '')}?token=signed` });
      }
      return Response.json({ statusCode: '404', error: 'not_found', message: 'Object not found' }, { status: 400 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}
