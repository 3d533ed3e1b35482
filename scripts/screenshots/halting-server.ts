import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TOTAL_BYTES = 5_000_000;
const HALT_AT_BYTES = 2_250_000;

/** A file server on this machine that stops before the middle until it is told to go on: a page at work holds still for its picture. */
export async function haltingServer() {
  const release = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': TOTAL_BYTES });
    response.write(Buffer.alloc(HALT_AT_BYTES, 32));
    void release.promise.then(() => response.end(Buffer.alloc(TOTAL_BYTES - HALT_AT_BYTES, 32)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/town-hall-2026-11.mp4`,
    async stop() {
      release.resolve();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
