import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

interface ProxyServerOptions {
  /** Answers every name; no name is looked up. Null: it cannot reach anything. */
  leadsTo?: { port: number } | null;
  user?: string;
  password?: string;
}

export interface ProxyServer extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowPrivate` wants it. */
  host: string;
  port: number;
  /** `host:port` of each target as the client named it; refused ones too. */
  targets: string[];
}

/** An HTTP proxy that tunnels (`CONNECT`) and passes absolute addresses on, with Basic sign-in when a user is given. */
export function httpProxyServer({
  leadsTo = null,
  user,
  password = '',
}: ProxyServerOptions = {}): Promise<ProxyServer> {
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return listen((client, targets) => {
    let head = '';
    const take = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      client.off('data', take);
      const [, method = '', target = ''] = /^(\S+) (\S+) /.exec(head) ?? [];
      targets.push(method === 'CONNECT' ? target : new URL(target).host);
      const given = /^proxy-authorization: (.*)$/im.exec(head)?.[1]?.trim();
      const refuse = (status: string) =>
        client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      if (given !== wanted) return void refuse('407 Proxy Authentication Required');
      if (!leadsTo) return void refuse('502 Bad Gateway');
      const far = join(client, leadsTo.port);
      if (method === 'CONNECT') client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      else far.write(head.replace(/^proxy-authorization: .*\r\n/im, ''), 'latin1');
    };
    client.on('data', take);
  });
}

/** SOCKS 5 (RFC 1928) with user and password (RFC 1929) when a user is given. */
export function socksProxyServer({
  leadsTo = null,
  user,
  password = '',
}: ProxyServerOptions = {}): Promise<ProxyServer> {
  return listen((client, targets) => {
    let stage: 'greeting' | 'sign-in' | 'request' = 'greeting';
    const take = (chunk: Buffer) => {
      if (stage === 'greeting') {
        stage = user === undefined ? 'request' : 'sign-in';
        const method = user === undefined ? 0 : 2;
        client.write(Buffer.from([5, chunk.subarray(2).includes(method) ? method : 0xff]));
      } else if (stage === 'sign-in') {
        const userEnd = 2 + (chunk[1] ?? 0);
        const isRight = `${chunk.subarray(2, userEnd)}:${chunk.subarray(userEnd + 1)}` === `${user}:${password}`;
        stage = 'request';
        client.write(Buffer.from([1, isRight ? 0 : 1]));
      } else {
        client.off('data', take);
        const isName = chunk[3] === 3;
        const end = isName ? 5 + (chunk[4] ?? 0) : 8;
        const name = isName ? chunk.subarray(5, end).toString() : [...chunk.subarray(4, end)].join('.');
        targets.push(`${name}:${chunk.readUInt16BE(end)}`);
        if (leadsTo) join(client, leadsTo.port);
        client.write(Buffer.from([5, leadsTo ? 0 : 4, 0, 1, 0, 0, 0, 0, 0, 0]));
      }
    };
    client.on('data', take);
  });
}

function join(client: Socket, port: number): Socket {
  const far = connect(port, '127.0.0.1');
  far.on('error', () => client.destroy());
  client.once('close', () => far.destroy());
  client.pipe(far);
  far.pipe(client);
  return far;
}

async function listen(serve: (client: Socket, targets: string[]) => void): Promise<ProxyServer> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    client.on('error', () => client.destroy());
    serve(client, targets);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test proxy has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    port: address.port,
    targets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
