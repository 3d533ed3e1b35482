import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { plainWords } from './plain-words.ts';
import { Count, Moment } from './wire-parts.ts';

// Wire format: https://docs.joinmastodon.org/entities/Status and /entities/Account.

const count = Count.optional();

export const Account = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  acct: z.string().min(1),
  display_name: z.string().default(''),
  url: z.string().nullish(),
  note: z.string().default(''),
  avatar: z.string().nullish(),
  followers_count: count,
});

const Bare = z.object({
  id: z.string().min(1),
  created_at: Moment,
  edited_at: Moment.nullish(),
  in_reply_to_id: z.string().nullish(),
  language: z.string().nullish(),
  uri: z.string(),
  url: z.string().nullish(),
  content: z.string(),
  spoiler_text: z.string().default(''),
  account: Account,
  replies_count: count,
  reblogs_count: count,
  favourites_count: count,
  quotes_count: count,
  tags: z.array(z.object({ name: z.string() })).default([]),
  mentions: z.array(z.object({ acct: z.string() })).default([]),
  media_attachments: z.array(z.object({ type: z.string(), url: z.string().nullish() })).default([]),
});
type Bare = z.infer<typeof Bare>;

/** Since 4.4: whole, or for quotes inside of quotes the id alone. Null where nobody may see it. */
const Quote = z.object({ quoted_status: Bare.nullish(), quoted_status_id: z.string().nullish() });

export const Status = Bare.extend({ quote: Quote.nullish() });
export type Status = z.infer<typeof Status>;

/**
 * Ids are a server's own, so they carry its name: `103270115826048975@mastodon.social`. The same post read from two servers has two.
 */
export const idAt = (id: string, host: string): string => `${id}@${host}`;

/** The id and its server; null for what is no such id. */
export function placeOf(externalId: string): { readonly id: string; readonly host: string } | null {
  const [, id, host] = /^([\w-]+)@([a-z\d.-]+(?::\d+)?)$/i.exec(externalId) ?? [];
  return id && host ? { id, host } : null;
}

export function readStatus(status: Status, host: string): { post: FoundPost; quoted: FoundPost | null } {
  const quote = status.quote?.quoted_status;
  const quotedId = quote?.id ?? status.quote?.quoted_status_id;
  return {
    post: toPost(status, host, quotedId ? idAt(quotedId, host) : null),
    quoted: quote ? toPost(quote, host, null) : null,
  };
}

function toPost(status: Bare, host: string, quotedExternalId: string | null): FoundPost {
  const words = plainWords(status.content);
  const replyTo = status.in_reply_to_id ?? null;
  return {
    network: 'mastodon',
    externalId: idAt(status.id, host),
    url: addressOf(status, host),
    // What stands before a folded post is part of what it says.
    text: [status.spoiler_text.trim(), words.text].filter(Boolean).join('\n\n'),
    language: status.language ?? null,
    author: toAuthor(status.account, host),
    postedAt: status.created_at,
    editedAt: status.edited_at ?? null,
    conversationExternalId: replyTo === null ? idAt(status.id, host) : null,
    replyToExternalId: replyTo === null ? null : idAt(replyTo, host),
    quotedExternalId,
    engagement: {
      likes: status.favourites_count ?? null,
      replies: status.replies_count ?? null,
      reposts: status.reblogs_count ?? null,
      quotes: status.quotes_count ?? null,
      views: null,
    },
    entities: {
      hashtags: status.tags.map(({ name }) => name),
      mentions: status.mentions.map(({ acct }) => handleOf(acct, host)),
      links: [...words.links],
      media: status.media_attachments.flatMap(({ type, url }) => (url ? [{ kind: kindOf(type), url }] : [])),
    },
  };
}

function addressOf({ id, url, uri, account }: Bare, host: string): string {
  for (const address of [url, uri]) {
    if (address && /^https?:$/.test(URL.parse(address)?.protocol ?? '')) return address;
  }
  return `https://${host}/@${account.acct}/${id}`;
}

const kindOf = (type: string) =>
  type === 'image' ? 'photo' : type === 'gifv' ? 'gif' : type === 'video' ? 'video' : 'link';

/** With its server, as everybody else would write it. */
const handleOf = (acct: string, host: string): string => (acct.includes('@') ? acct : `${acct}@${host}`);

export const toAuthor = (account: z.infer<typeof Account>, host: string): FoundAuthor => ({
  externalId: idAt(account.id, host),
  handle: handleOf(account.acct, host),
  name: account.display_name.trim() || account.username,
  url: account.url ?? null,
  bio: plainWords(account.note).text || null,
  avatarUrl: account.avatar ?? null,
  followers: account.followers_count ?? null,
  isVerified: null,
});
