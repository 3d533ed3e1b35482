import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { NexusError } from '@nexus/shared/platform';

/** A port of this machine behind which lies one connection that is open already. */
export interface Relay {
  readonly port: number;
  close(): void;
}

/**
 * Bun's HTTP client opens its connections itself, and takes none that was opened for it (`createConnection` is not called): it is
 * led to a loopback port that takes exactly one connection and passes its bytes on. TLS is spoken through it, end to end.
 */
export async function startRelay(far: Socket): Promise<Relay> {
  const listener = createServer((near) => {
    listener.close();
    near.on('error', () => far.destroy());
    near.once('close', () => far.destroy());
    far.once('close', () => near.end());
    near.pipe(far);
    far.pipe(near);
  });
  listener.maxConnections = 1;
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new NexusError('internal', 'The relay has no port.');
  const close = () => {
    listener.close();
    far.destroy();
  };
  far.once('close', () => listener.close());
  return { port: address.port, close };
}
