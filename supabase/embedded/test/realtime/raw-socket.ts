import { inbox } from './realtime-server.ts';

/** A socket that speaks no protocol by itself, for frames no official client would send. */
export async function rawSocket(url: string) {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const frames = inbox<unknown>();
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  socket.addEventListener('message', ({ data }) => frames.add(typeof data === 'string' ? JSON.parse(data) : data));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('The handshake was refused')), { once: true });
  });

  return {
    frames,
    /** The close code, once the server has closed. */
    closed,
    send: (frame: unknown) => socket.send(JSON.stringify(frame)),
    sendAsIs: (frame: string | Uint8Array<ArrayBuffer>) => socket.send(frame),
    close: () => socket.close(),
  };
}

/** What the server answers to the handshake, as a browser would make it. */
export function handshake(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url.replace(/^ws/, 'http'), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
}
