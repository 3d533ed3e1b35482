import type { LeasedAccount } from '../../accounts/account-pool.ts';
import type { XProtocol } from './protocol.ts';

const cookieHeader = ({ cookies }: LeasedAccount): string =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');

/** As a browser asks for a page. */
export const pageHeaders = (account: LeasedAccount, { userAgent }: XProtocol): Record<string, string> => ({
  'user-agent': userAgent,
  accept: 'text/html,application/xhtml+xml',
  'accept-language': 'en-US,en;q=0.9',
  cookie: cookieHeader(account),
});

/** As X's web app asks its own server. */
export const operationHeaders = (
  account: LeasedAccount,
  { bearer, userAgent }: XProtocol,
  transactionId: string,
): Record<string, string> => ({
  'user-agent': userAgent,
  accept: '*/*',
  'accept-language': 'en-US,en;q=0.9',
  'content-type': 'application/json',
  authorization: `Bearer ${bearer}`,
  cookie: cookieHeader(account),
  'x-csrf-token': account.cookies.ct0 ?? '',
  'x-client-transaction-id': transactionId,
  'x-twitter-active-user': 'yes',
  'x-twitter-auth-type': 'OAuth2Session',
  'x-twitter-client-language': 'en',
});
