import type { CampaignQuery, FoundAuthor, FoundPost, Network } from '@nexus/shared/listening';
import type { z } from 'zod';
import type { Http } from '../../platform/http.ts';
import type { AccountPool } from '../accounts/account-pool.ts';

/** What a source may use. Built by the run for one organisation and one source of its campaign. */
export interface SourceIo {
  readonly http: Http;
  /** The organisation's signed-in accounts of a network, leased to this run. */
  accounts(network: 'x'): AccountPool;
  /** Bytes of a finished upload of this organisation, from `fromByte` on, as they come; see `uploadReader`. `not-found` when it is gone. */
  openUpload(path: string, fromByte: number): AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Parsed by the source's own schemas. */
  readonly settings: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
  /** What `source_protocols` holds for this source, parsed by the source's own schema; null: what it shipped with is all there is. */
  storedProtocol(): Promise<unknown>;
  /** Receives each answer as it came when somebody asked for it, and one that could not be read. */
  keepRaw(operation: string, body: string, reason: 'asked' | 'changed'): Promise<void>;
  /** What the request cost, in US dollars. */
  addCost(usd: number): void;
}

export interface SearchRequest {
  readonly query: CampaignQuery;
  /** Of the page before; null for the first. */
  readonly cursor: string | null;
  /** Nothing older is needed; a source that can ask so does. */
  readonly since: { readonly externalId: string; readonly postedAt: Date } | null;
  /** No more than these are wanted in all. */
  readonly limit: number;
  /** For X. */
  readonly product?: string;
}

export interface SearchPage {
  /**
   * Posts the query found by themselves. Newest first, where the source can; one that asks for one word after the other begins anew
   * with each. So a post older than `since` does not mean the end: a source leaves those out by itself, and null ends the search.
   */
  readonly hits: readonly FoundPost[];
  /** Posts that came along: quoted ones, answered ones. */
  readonly context: readonly FoundPost[];
  /** Ids of all entries, for telling a page that repeats. */
  readonly entryIds: readonly string[];
  /** Null when there is no more. */
  readonly nextCursor: string | null;
  /** The first page of another word or feed: that it repeats posts, or holds none that are new, is no sign of the end. */
  readonly startsAnew?: boolean;
  /** What went wrong without ending the search, for its user: a feed that cannot be read, lines of a file that are no posts. */
  readonly notes?: readonly string[];
}

export interface ConversationRequest {
  readonly post: Pick<FoundPost, 'network' | 'externalId' | 'url' | 'conversationExternalId'>;
  readonly cursor: string | null;
}

export interface ConversationPage {
  readonly posts: readonly FoundPost[];
  /** Posts of other conversations that came along: quoted ones. */
  readonly context?: readonly FoundPost[];
  /** Ids of posts that are known to have been there and cannot be seen. */
  readonly missing: readonly string[];
  readonly nextCursor: string | null;
}

/**
 * A place that is searched for posts. One page per call: the run keeps the cursor, so a source keeps nothing. Errors:
 * `upstream-limited` with `retryAfterSeconds` (the run waits until then and goes on with the same cursor), `upstream-down` (tried
 * again, then given up), `upstream-refused` (blocked, or the request is wrong), `upstream-changed` (the answer cannot be read; keep it
 * with `keepRaw` first), `not-configured`.
 */
export interface SearchSource {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Posts of an import may be of any. */
  readonly network: Network | null;
  readonly settings: z.ZodObject;
  /** An empty object for sources without keys. */
  readonly credentials: z.ZodObject;
  /** Written into the catalogue and shown before a run. */
  readonly limits: {
    readonly pageSize: number;
    /** How far back it searches, in days; null: all. */
    readonly searchesBackDays: number | null;
    /** US dollars per post read; 0 for free ones. */
    readonly usdPerPost: number;
  };
  /** The parts of a query that are asked of the source itself; the rest is held by rules on what comes. */
  search(request: SearchRequest, io: SourceIo): Promise<SearchPage>;
  /** Null: this source knows no conversations. */
  readonly conversation: ((request: ConversationRequest, io: SourceIo) => Promise<ConversationPage>) | null;
  /** Null when there is nobody of this name. */
  author(handle: string, io: SourceIo): Promise<FoundAuthor | null>;
  /** The post as it is now; null when it is gone. Absent where a source cannot tell. */
  post?(externalId: string, io: SourceIo): Promise<FoundPost | null>;
}
