import { createHash, randomInt } from 'node:crypto';
import type { XProtocol } from './protocol.ts';

/** What an account's requests are signed with, read from a page that X made for it. */
export interface TransactionKeys {
  readonly verification: Uint8Array;
  /** A colour and a rotation at one moment of the page's loading animation, as hexadecimal digits. */
  readonly animation: string;
}

export type TransactionRules = XProtocol['transaction'];

/**
 * The value of `x-client-transaction-id` for one request: the page's key, the seconds since X's own epoch, half a SHA-256 of method,
 * path, time, keyword and animation, and a mark; all masked with a random byte that stands first. Base64 without padding.
 */
export function transactionId(
  keys: TransactionKeys,
  request: { readonly method: string; readonly path: string; readonly now: Date },
  rules: TransactionRules,
): string {
  const seconds = Math.floor(request.now.getTime() / 1000) - rules.epochSeconds;
  const signed = `${request.method}!${request.path}!${seconds}${rules.keyword}${keys.animation}`;
  const digest = createHash('sha256').update(signed).digest();
  const time = Buffer.alloc(4);
  time.writeUInt32LE(seconds >>> 0);

  const mask = randomInt(256);
  const plain = Buffer.concat([keys.verification, time, digest.subarray(0, 16), Buffer.from([rules.mark])]);
  return Buffer.from([mask, ...plain.map((byte) => byte ^ mask)])
    .toString('base64')
    .replace(/=+$/, '');
}
