import { toBase64Url } from './bytes.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KEY_LENGTH = 40;

/** What is shown of a key after it was made: `nx_` and six more, enough to tell one's keys apart. */
const SHOWN_LENGTH = 9;

export const API_KEY_PATTERN = /^nx_[0-9A-Za-z]{40}$/;

/** `nx_` and 40 characters of base62: 238 bits. */
export function makeApiKey(): { key: string; prefix: string } {
  let key = 'nx_';
  while (key.length < KEY_LENGTH + 3) {
    // 248 is the largest multiple of 62 in a byte: bytes above it would favour the first digits.
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      if (byte < 248 && key.length < KEY_LENGTH + 3) key += BASE62[byte % 62];
    }
  }
  return { key, prefix: key.slice(0, SHOWN_LENGTH) };
}

/** 32 random bytes for an invitation link, as 43 URL-safe characters. */
export function makeInvitationToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}
