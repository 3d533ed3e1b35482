import { join } from 'node:path';
import { openDatabase } from '../../src/database/open-database.ts';
import { createStorage } from '../../src/storage/index.ts';

/** A storage in a process of its own, to be killed: `bun storage-process.ts <directory> <port> <secret>`; prints its port. */
const [directory = '', port, jwtSecret = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir: join(directory, 'database') });
const storage = createStorage({
  database,
  directory: join(directory, 'storage'),
  jwtSecret,
  publicPath: '/storage/v1',
});
const server = Bun.serve({
  port: Number(port),
  hostname: '127.0.0.1',
  idleTimeout: 60,
  maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  fetch: (request) => storage.fetch(request),
});
console.log(server.port);
