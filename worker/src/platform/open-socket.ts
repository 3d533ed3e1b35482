import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { CheckedAddress } from './address-guard.ts';

const CONNECT_SECONDS = 20;

/** Connects to the very addresses that were checked: the name is not looked up again. Throws the last one's system error. */
export async function openSocket({ url, pinned }: CheckedAddress, signal?: AbortSignal): Promise<Socket> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const timeout = AbortSignal.timeout(CONNECT_SECONDS * 1000);
  let failure: unknown;
  for (const { address, family } of pinned) {
    const socket = connect({ host: address, port, family });
    try {
      await once(socket, 'connect', { signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
      return socket;
    } catch (error) {
      socket.destroy();
      failure = error;
    }
  }
  throw failure;
}
