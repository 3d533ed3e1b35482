import type { z } from 'zod';
import type { Http } from '../../platform/http.ts';

/** What an adapter may use for one delivery. */
export interface OutletIo {
  readonly http: Http;
  /** Aborted when the attempt's time is over and when the process ends. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Of the connection; what they hold is parsed by the adapter's own schemas. Empty without a connection. */
  readonly settings: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
  /** Where to, as the target says. */
  readonly address: Record<string, unknown>;
  /** The mail server that the installation gives to everybody; null: it has none. */
  readonly mail: { readonly url: string; readonly from: string } | null;
}

/** What is known of something that arrived. */
export interface Receipt {
  /** What it is there: a message's timestamp, how many rows, a letter's id. Null where nothing is told. */
  readonly remoteId: string | null;
  /** What went wrong with a part of it, in words for a person. */
  readonly note?: string;
}

/** What notifiers and exporters have in common: how their forms are drawn. */
export interface Outlet {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly settings: z.ZodObject;
  readonly credentials: z.ZodObject;
  /** What a target says about where to: flat, of simple values. */
  readonly address: z.ZodObject;
  /** False: it works without one of the organisation's own. */
  readonly needsConnection: boolean;
}
