import { z } from 'zod';

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Cookies go to X, or to a stand-in on this very machine that the operator allowed: nobody may send them elsewhere. */
const BaseUrl = z
  .string()
  .default('https://x.com')
  .refine((url) => url === 'https://x.com' || LOOPBACK.test(url), 'X is at https://x.com');

export const XSettings = z.object({
  product: z.enum(['Latest', 'Top', 'People', 'Media']).default('Latest').describe('Which tab of X’s search is read'),
  rawQuery: z.string().trim().max(1000).optional().describe('Sent to X as it is, instead of the query of the campaign'),
  baseUrl: BaseUrl.describe('Where X is; another address only for tests on this machine'),
});
