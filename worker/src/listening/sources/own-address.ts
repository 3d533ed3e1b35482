import { z } from 'zod';

const LOOPBACK = 'http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d{1,5})?';

/**
 * The address of a network for a source that sends secrets there: its own, or a stand-in on this very machine that the operator allowed.
 * Whoever may set up a campaign may not have the cookies of others sent elsewhere.
 */
export const ownAddress = (address: string) =>
  z
    .string()
    .regex(new RegExp(`^(${address.replaceAll('.', '\\.')}|${LOOPBACK})$`), `This has to be ${address}`)
    .default(address)
    .describe(`${address}; another address only for tests on this machine`);
