import { z } from 'zod';

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * The address of a network for a source that sends secrets there: its own, or a stand-in on this very machine that the operator allowed.
 * Whoever may set up a campaign may not have the cookies of others sent elsewhere.
 */
export const ownAddress = (address: string) =>
  z
    .string()
    .default(address)
    .refine((url) => url === address || LOOPBACK.test(url), `This has to be ${address}`)
    .describe(`${address}; another address only for tests on this machine`);
