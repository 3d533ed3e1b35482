/** The part of Supabase Storage that workers on other machines use: reading and replacing one object. Kept in memory. */
export function objectStorage(): { url: string; stop(): Promise<void> } {
  const objects = new Map<string, Blob>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname.replace(/^\/storage\/v1\/object\//, '');
      if (request.method === 'POST') {
        objects.set(path, await request.blob());
        return Response.json({ Key: path });
      }
      const object = objects.get(path.replace(/^authenticated\//, ''));
      return object
        ? new Response(object)
        : Response.json({ statusCode: '404', error: 'not_found', message: 'Object not found' }, { status: 400 });
    },
  });
  return { url: server.url.origin, stop: () => server.stop(true) };
}
