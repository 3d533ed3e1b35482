import { z } from 'zod';

/** Networks that are searched with signed-in accounts. */
export const AccountNetwork = z.enum(['x']);
export type AccountNetwork = z.infer<typeof AccountNetwork>;

const Label = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .trim()
  .min(1)
  .max(120);
/** An export of a whole browser's cookies is larger; of one site's, far smaller. */
const Cookies = z
  .string()
  .trim()
  .min(1)
  .max(200_000)
  .describe(
    'auth_token and ct0 at least, as header text, JSON, an exported array, cookies.txt, or base64 of one of these. Stored encrypted, never shown again',
  );
const Proxy = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe(
    'All requests of this account go through it. An address of kind http or socks5, with name and password before the host where it asks for them; those are never shown',
  );
const DailyCap = z.int().min(1).max(100_000).describe('Requests a day, counted by days of UTC');

export const NewAccount = z.strictObject({
  network: AccountNetwork.default('x'),
  label: Label.optional().describe('By default the account’s number on its network'),
  cookies: Cookies,
  proxy: Proxy.optional(),
  dailyCap: DailyCap.default(500),
});
export type NewAccount = z.infer<typeof NewAccount>;

export const AccountChange = z.strictObject({
  label: Label.optional(),
  cookies: Cookies.optional().describe('New cookies of the same account make it active again'),
  proxy: Proxy.nullable().optional().describe('null: no proxy any more'),
  dailyCap: DailyCap.optional(),
  enabled: z.boolean().optional().describe('false: paused, nothing is asked with it'),
});
export type AccountChange = z.infer<typeof AccountChange>;

/**
 * What an account is good for now. cooling: its window is used up for one operation at least, see `cooling`. suspect: it gets other
 * answers than the rest. needs-cookies: its sign-in is over. banned: the network took it out. paused: a person did.
 */
export const AccountState = z.enum(['active', 'cooling', 'suspect', 'needs-cookies', 'banned', 'paused']);
export type AccountState = z.infer<typeof AccountState>;

const Time = z.iso.datetime();

export const Account = z.object({
  id: z.uuid(),
  network: AccountNetwork,
  label: z.string(),
  /** Null when its cookies do not tell. */
  externalId: z.string().nullable(),
  proxy: z.string().nullable().describe('Without name and password'),
  dailyCap: z.int(),
  usedToday: z.int().nonnegative(),
  enabled: z.boolean(),
  state: AccountState,
  /** Why it is suspect, banned or needs cookies. */
  problem: z.object({ code: z.string(), detail: z.string(), at: Time.nullable() }).nullable(),
  cooling: z
    .array(z.object({ operation: z.string(), until: Time, reason: z.string() }))
    .describe('The one that ends last comes last; other operations go on'),
  inUse: z.object({ by: z.string(), until: Time }).nullable(),
  lastUsedAt: Time.nullable(),
  createdAt: Time,
});
export type Account = z.infer<typeof Account>;
