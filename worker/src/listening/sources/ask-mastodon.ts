import { z } from 'zod';
import { type Answer, askJson } from './ask-json.ts';
import type { SourceIo } from './search-source.ts';

export const Settings = z.object({
  instance: z
    .url({ protocol: /^https?$/ })
    .default('https://mastodon.social')
    .describe('The server that is asked; it knows what its people follow'),
});
export const Credentials = z.object({
  accessToken: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe('Of an application of yours there, with the scopes read:search and read:statuses'),
  server: z
    .url({ protocol: /^https?$/ })
    .default('https://mastodon.social')
    .describe('The server the token is of; it is sent to no other'),
});
const REFUSED = 'this server wants a sign-in for this. Give an access token of it, or ask another server.';

interface Asked {
  readonly parameters?: Record<string, string>;
  readonly version?: 'v1' | 'v2';
  /** By default the server that is searched. */
  readonly host?: string;
}

/** Null when what is asked for is not there. */
export async function askMastodon<Schema extends z.ZodType>(
  io: SourceIo,
  operation: string,
  path: string,
  schema: Schema,
  { parameters = {}, version = 'v1', host = hostOf(io) }: Asked,
): Promise<Answer<z.output<Schema>> | null> {
  const isOwn = host === hostOf(io);
  const token = isOwn ? tokenOf(io) : undefined;
  const url = new URL(`/api/${version}/${path}`, isOwn ? Settings.parse(io.settings).instance : `https://${host}`);
  url.search = new URLSearchParams(parameters).toString();
  return askJson(io, {
    operation,
    url,
    schema,
    refused: REFUSED,
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    isGone: (status) => status === 404 || status === 410,
  });
}

/** Whoever may set up a campaign may name any server there, and must not get the token of another one that way. */
export function tokenOf(io: SourceIo): string | undefined {
  const { accessToken, server } = Credentials.parse(io.credentials);
  const { instance } = Settings.parse(io.settings);
  return new URL(server).origin === new URL(instance).origin ? accessToken : undefined;
}

export const hostOf = (io: SourceIo): string => new URL(Settings.parse(io.settings).instance).host;
