import type { Intent, OpportunityState } from '@nexus/shared/listening';

export const STATES = [
  'new',
  'drafted',
  'waiting',
  'snoozed',
  'done',
  'dismissed',
] as const satisfies OpportunityState[];
export const INTENTS = [
  'question',
  'buying-signal',
  'comparison',
  'complaint',
  'praise',
  'news',
  'noise',
] as const satisfies Intent[];

/** What the inbox shows, as its address says it. Empty texts narrow nothing. */
export interface InboxFilter {
  state: OpportunityState;
  campaign: string;
  /** A member's id, or `none`. */
  assignee: string;
  intent: string;
  q: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads an address. What makes no sense is left out, so that a mistyped link still shows the inbox. */
export function readInboxFilter(query: URLSearchParams): InboxFilter {
  const one = (name: string, isFit: (value: string) => boolean) => {
    const value = query.get(name)?.trim() ?? '';
    return isFit(value) ? value : '';
  };
  return {
    state: STATES.find((state) => state === query.get('state')) ?? 'new',
    campaign: one('campaign', (value) => UUID.test(value)),
    assignee: one('assignee', (value) => value === 'none' || UUID.test(value)),
    intent: one('intent', (value) => INTENTS.some((intent) => intent === value)),
    q: one('q', () => true).slice(0, 200),
  };
}

const NARROWING = ['campaign', 'assignee', 'intent', 'q'] as const;

/** The address of a filter; empty for all that is new. */
export function addressOf(filter: InboxFilter): string {
  const query = narrowing(filter);
  if (filter.state !== 'new') query.set('state', filter.state);
  return query.size > 0 ? `/listening?${query}` : '/listening';
}

export function pagePath(filter: InboxFilter, limit: number, cursor?: string | null): string {
  const query = narrowing(filter);
  query.set('state', filter.state);
  query.set('limit', String(limit));
  if (cursor) query.set('cursor', cursor);
  return `/opportunities?${query}`;
}

export const countsPath = (filter: InboxFilter): string => `/opportunities/counts?${narrowing(filter)}`;

export const isNarrowed = (filter: InboxFilter): boolean => narrowing(filter).size > 0;

function narrowing(filter: InboxFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NARROWING) if (filter[name]) query.set(name, filter[name]);
  return query;
}
