import { ADMINS, EVERYONE, ofOrg, readByMembers, service, type TableRights, worked } from '../platform/row-rights.ts';

/** Of the seeded account, campaign, run, post, opportunity and target alike. */
const SEEDED = `'00000000-0000-4000-8000-000000001100'`;

export const LISTENING_RIGHTS: Record<string, TableRights> = {
  accounts: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, label: `'another'`, ciphertext: `'x'`, key_id: `'x'` }),
    update: 'is_enabled = false',
    allowed: { select: EVERYONE, insert: ADMINS, update: ADMINS, delete: ADMINS },
  },
  account_locks: readByMembers(),
  source_protocols: {
    row: () => `source = 'seeded'`,
    insert: () => ({ source: `'another'`, version: '1', data: `'{}'` }),
    update: 'version = 2',
    // The same for all organisations.
    allowed: { ...service, select: [...EVERYONE, 'outsider'] },
  },
  campaigns: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, name: `'another'`, query: `'{}'`, sources: `'[]'` }),
    update: 'is_paused = true',
    allowed: worked,
  },
  campaign_sources: readByMembers(),
  runs: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, kind: `'search'`, spec: `'{}'` }),
    update: 'cancel_requested = true',
    allowed: worked,
  },
  run_sources: readByMembers(),
  raw_answers: readByMembers(),
  authors: readByMembers(),
  conversations: readByMembers(),
  posts: readByMembers(),
  post_versions: readByMembers(),
  run_posts: readByMembers(),
  matches: readByMembers(),
  analyses: readByMembers(),
  post_feedback: {
    row: ofOrg,
    // One thumb a post: the conflict is met after the rights.
    insert: ({ org }) => ({ org_id: org, campaign_id: SEEDED, post_id: SEEDED, thumb: '1' }),
    update: 'thumb = -1',
    allowed: worked,
  },
  opportunities: {
    row: ofOrg,
    insert: ({ org }) => ({
      org_id: org,
      campaign_id: SEEDED,
      post_id: SEEDED,
      intent: `'question'`,
      relevance: '80',
    }),
    update: `state = 'done'`,
    allowed: worked,
  },
  opportunity_folds: readByMembers(),
  opportunity_notes: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, opportunity_id: SEEDED, text: `'another'` }),
    update: `text = 'changed'`,
    allowed: worked,
  },
  opportunity_outcomes: readByMembers(),
  delivery_targets: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, adapter: `'slack'`, label: `'another'` }),
    update: 'is_enabled = false',
    allowed: { select: EVERYONE, insert: ADMINS, update: ADMINS, delete: ADMINS },
  },
  deliveries: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, target_id: SEEDED, subject_kind: `'test'`, subject_key: `'another'` }),
    update: `state = 'waiting'`,
    allowed: worked,
  },
};

/** A row in every table, of the organisation `a`. */
export const seedListening = (a: string): string => `
  insert into public.accounts (id, org_id, label, ciphertext, key_id) values (${SEEDED}, '${a}', 'Seeded', 'x', 'x');
  insert into public.account_locks (account_id, operation, org_id, locked_until, reason)
    values (${SEEDED}, 'SearchTimeline', '${a}', now(), 'x');
  insert into public.source_protocols (source, version, data) values ('seeded', 1, '{}');
  insert into public.campaigns (id, org_id, name, query, sources) values (${SEEDED}, '${a}', 'Seeded', '{}', '[]');
  insert into public.campaign_sources (campaign_id, source, org_id, query_hash) values (${SEEDED}, 'rss', '${a}', 'x');
  insert into public.runs (id, org_id, campaign_id, spec) values (${SEEDED}, '${a}', ${SEEDED}, '{}');
  insert into public.run_sources (run_id, source, position, org_id) values (${SEEDED}, 'rss', 0, '${a}');
  insert into public.raw_answers (org_id, run_id, source, operation, reason, body) values ('${a}', ${SEEDED}, 'x', 'search', 'asked', '{}');
  insert into public.authors (id, org_id, network, external_id, handle, name) values (${SEEDED}, '${a}', 'x', '1', 'ann', 'Ann');
  insert into public.conversations (id, org_id, network, external_id) values (${SEEDED}, '${a}', 'x', '1');
  insert into public.posts (id, org_id, network, external_id, url, text, posted_at)
    values (${SEEDED}, '${a}', 'x', '1', 'https://x.example/1', 'text', now());
  insert into public.post_versions (post_id, org_id, text, seen_until) values (${SEEDED}, '${a}', 'before', now());
  insert into public.run_posts (run_id, post_id, org_id, source, position) values (${SEEDED}, ${SEEDED}, '${a}', 'rss', 0);
  insert into public.matches (org_id, campaign_id, post_id, source) values ('${a}', ${SEEDED}, ${SEEDED}, 'rss');
  insert into public.analyses (org_id, campaign_id, post_id, depth, relevance, reason, intent, sentiment, urgency, judged_by)
    values ('${a}', ${SEEDED}, ${SEEDED}, 'scored', 80, 'x', 'question', 0, 0, 'offline');
  insert into public.post_feedback (org_id, campaign_id, post_id, thumb) values ('${a}', ${SEEDED}, ${SEEDED}, 1);
  insert into public.opportunities (id, org_id, campaign_id, post_id, intent, relevance)
    values (${SEEDED}, '${a}', ${SEEDED}, ${SEEDED}, 'question', 80);
  insert into public.opportunity_folds (opportunity_id, post_id, org_id) values (${SEEDED}, ${SEEDED}, '${a}');
  insert into public.opportunity_notes (org_id, opportunity_id, text) values ('${a}', ${SEEDED}, 'text');
  insert into public.opportunity_outcomes (opportunity_id, kind, external_id, org_id) values (${SEEDED}, 'reply', '2', '${a}');
  insert into public.delivery_targets (id, org_id, adapter, label) values (${SEEDED}, '${a}', 'slack', 'Seeded');
  insert into public.deliveries (org_id, target_id, subject_kind, subject_key) values ('${a}', ${SEEDED}, 'test', 'seeded');
`;
