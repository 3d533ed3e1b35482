import { NexusError } from '@nexus/shared/platform';

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|ERR_SSL|EPROTO/;
const NO_HOST = new Set(['ENOTFOUND', 'DNS_ENOTFOUND', 'ENODATA', 'DNS_ENODATA', 'EAI_NONAME']);
const NO_ANSWER = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN', 'DNS_ETIMEOUT']);

/** What a system or parser error of one connection means to the user. Codes: Node's `errno` and llhttp's `HPE_*`. */
export function connectionFailure(error: unknown, url: URL): NexusError {
  const code = errorCode(error);
  if (NO_HOST.has(code)) {
    return new NexusError('upstream-refused', `No host is named ${url.hostname}. Check the address.`, { cause: error });
  }
  if (UNTRUSTED.test(code)) {
    return new NexusError('upstream-refused', `No secure connection to ${url.host}: its certificate is not trusted.`, {
      cause: error,
    });
  }
  if (code.startsWith('HPE_')) {
    return new NexusError('upstream-refused', `${url.host} did not answer as a web server does.`, { cause: error });
  }
  if (NO_ANSWER.has(code)) return new NexusError('upstream-down', `${url.host} cannot be reached.`, { cause: error });
  return new NexusError('upstream-down', `The connection to ${url.host} broke.`, { cause: error });
}

/** The problem behind an answer that is not the file, or null when it is. */
export function statusFailure(status: number, url: URL, retryAfter: string | undefined): NexusError | null {
  if (status === 200 || status === 206) return null;
  const at = `${url.host} answered ${status}`;
  const retryAfterSeconds = secondsUntil(retryAfter);
  if (status === 429) {
    return new NexusError('upstream-limited', `${at}: too many requests for now.`, { retryAfterSeconds });
  }
  if (status >= 500) {
    return new NexusError('upstream-down', `${at}: it has trouble of its own.`, { retryAfterSeconds });
  }
  if (status === 404 || status === 410) {
    return new NexusError('upstream-refused', `${at}: nothing is there. Check the link.`);
  }
  if (status === 401 || status === 403 || status === 407) {
    return new NexusError('upstream-refused', `${at}: it wants a sign-in. Download the file yourself and upload it.`);
  }
  return new NexusError('upstream-refused', `${at} instead of sending a file.`);
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3). */
function secondsUntil(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
