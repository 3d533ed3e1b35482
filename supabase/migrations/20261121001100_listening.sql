-- Listening: accounts of the X pool, campaigns, runs, posts, conversations, judgements, opportunities, deliveries.

-- ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.accounts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  network text not null default 'x' check (network in ('x')),
  label text not null check (char_length(label) between 1 and 120),
  external_id text,
  ciphertext text not null,
  key_id text not null,
  proxy text,
  proxy_ciphertext text,
  proxy_key_id text,
  daily_cap integer not null default 500 check (daily_cap between 1 and 100000),
  used_today integer not null default 0,
  used_since timestamptz,
  is_enabled boolean not null default true,
  state text not null default 'active' check (state in ('active', 'suspect', 'needs-cookies', 'banned')),
  problem jsonb,
  problem_at timestamptz,
  lease uuid,
  leased_by text,
  leased_until timestamptz,
  last_used_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (id, org_id)
);
comment on table public.accounts is 'Signed-in accounts that searches take turns with. Cookies and the address of a proxy are AES-256-GCM ciphertext.';
comment on column public.accounts.external_id is 'The account''s number on its network as its cookies name it, else a fingerprint of its sign-in: the same account is not added twice.';
comment on column public.accounts.proxy is 'Host and port alone, to be shown; name and password are in proxy_ciphertext with the rest of its address.';
comment on column public.accounts.used_today is 'Requests since used_since, the beginning of that day in UTC; daily_cap is the most.';
comment on column public.accounts.state is 'Cooling is no state of its own: see account_locks.';
comment on column public.accounts.problem is '{code, detail}: why the state is what it is, in words for its user.';
comment on column public.accounts.lease is 'Who holds it now: renewed while it is used, free again after leased_until.';
create unique index accounts_external on public.accounts (org_id, network, external_id);
create index accounts_turn on public.accounts (org_id, network, last_used_at nulls first) where is_enabled and state = 'active';

create table public.account_locks (
  account_id uuid not null,
  operation text not null check (char_length(operation) between 1 and 60),
  org_id uuid not null references public.orgs (id) on delete cascade,
  locked_until timestamptz not null,
  reason text not null,
  primary key (account_id, operation),
  foreign key (account_id, org_id) references public.accounts (id, org_id) on delete cascade
);
comment on table public.account_locks is 'An account that cools down for one operation: its window is used up until then.';
create index account_locks_org on public.account_locks (org_id);

create table public.source_protocols (
  source text primary key,
  version integer not null,
  data jsonb not null,
  state text not null default 'good' check (state in ('good', 'changed')),
  problem jsonb,
  checked_at timestamptz,
  updated_at timestamptz not null default now()
);
comment on table public.source_protocols is 'Operation ids, features and field paths of sources that change without notice; the same for all organisations, newer than the ones shipped.';

-- ── Campaigns and runs ──────────────────────────────────────────────────────────────────────────────────────────────

create table public.campaigns (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 120),
  query jsonb not null,
  brief jsonb not null default '{}',
  sources jsonb not null,
  cron text,
  time_zone text not null default 'UTC',
  is_paused boolean not null default false,
  max_posts integer not null default 500 check (max_posts between 1 and 100000),
  max_cost_usd numeric(12, 6) check (max_cost_usd >= 0),
  threshold integer not null default 60 check (threshold between 0 and 100),
  next_run_at timestamptz,
  skipped_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (id, org_id)
);
comment on table public.campaigns is 'What matters to somebody: what is searched where and when, and how what is found is judged.';
comment on column public.campaigns.query is 'Words, phrases, hashtags, mentions, authors, exclusions, languages, least engagement: CampaignQuery.';
comment on column public.campaigns.brief is 'What the organisation is and looks for, its voice, and the names whose share is compared: CampaignBrief.';
comment on column public.campaigns.sources is '[{source, credentialId?, settings}] in order.';
comment on column public.campaigns.cron is 'When it runs by itself, in time_zone (IANA); null: only when told.';
comment on column public.campaigns.skipped_at is 'When a scheduled run was last left out because the one before it was still under way.';
comment on column public.campaigns.threshold is 'Relevance from which a post is an opportunity.';
create index campaigns_org on public.campaigns (org_id, created_at desc);
create index campaigns_due on public.campaigns (next_run_at) where cron is not null and not is_paused;

create table public.campaign_sources (
  campaign_id uuid not null,
  source text not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  query_hash text not null,
  reached jsonb,
  gaps jsonb not null default '[]',
  updated_at timestamptz not null default now(),
  primary key (campaign_id, source),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade
);
comment on table public.campaign_sources is 'How far complete runs got with each source, so that the next one goes on from there without a gap.';
comment on column public.campaign_sources.query_hash is 'Of the query it is true for: another query begins anew.';
comment on column public.campaign_sources.reached is '{externalId, postedAt}: the newest post that was seen; all older ones were seen or are in gaps.';
comment on column public.campaign_sources.gaps is '[{cursor, downTo: {externalId, postedAt}}]: stretches that a limit left unread.';

create table public.runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  campaign_id uuid,
  kind text not null default 'full' check (kind in ('full', 'preview', 'search', 'import')),
  trigger text not null default 'manual' check (trigger in ('manual', 'schedule')),
  spec jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'waiting', 'done', 'failed', 'canceled')),
  stage text not null default 'search' check (stage in ('search', 'conversations', 'judge', 'opportunities', 'deliver')),
  counts jsonb not null default '{}',
  wait jsonb,
  end_reason text,
  problem jsonb,
  cost_usd numeric(12, 6) not null default 0,
  cancel_requested boolean not null default false,
  plan jsonb not null default '{}',
  failures integer not null default 0,
  lease uuid,
  leased_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (id, org_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade
);
comment on table public.runs is 'One search, from the sources to opportunities and deliveries; resumed after a crash where it stood.';
comment on column public.runs.kind is 'full: of a campaign; preview and search: found posts alone; import: posts from a file.';
comment on column public.runs.spec is 'The query, sources, brief and limits as they were when it began: RunSpec.';
comment on column public.runs.counts is 'What each stage did: RunCounts.';
comment on column public.runs.wait is '{source, until, detail}: what it waits for, while state is waiting.';
comment on column public.runs.end_reason is 'complete, limit, money-limit, stalled, no-account, blocked, changed, canceled, failed.';
comment on column public.runs.plan is 'What the stage under way must remember that is nowhere else; empty again with each stage.';
comment on column public.runs.failures is 'In a row, since something was done: after some of them the run fails.';
comment on column public.runs.lease is 'The worker that is at it; renewed while it works.';
create index runs_org on public.runs (org_id, created_at desc, id desc);
create index runs_campaign on public.runs (campaign_id, created_at desc);
create index runs_open on public.runs (leased_until) where state in ('queued', 'running', 'waiting');
-- However many workers and clicks: one at a time.
create unique index runs_one_of_campaign on public.runs (campaign_id) where state in ('queued', 'running', 'waiting') and kind in ('full', 'import');

create table public.run_sources (
  run_id uuid not null,
  source text not null,
  position integer not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  state text not null default 'waiting' check (state in ('waiting', 'searching', 'done', 'failed')),
  cursor text,
  progress jsonb not null default '{}',
  pages integer not null default 0,
  found integer not null default 0,
  end_reason text,
  problem jsonb,
  wait_until timestamptz,
  updated_at timestamptz not null default now(),
  primary key (run_id, source),
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete cascade
);
comment on table public.run_sources is 'Where a run stands with each source: its cursor, kept page by page.';
comment on column public.run_sources.progress is 'What paging must remember: the entry ids of the page before, empty pages in a row, the newest post, gaps still to read.';
create index run_sources_org on public.run_sources (org_id);

create table public.raw_answers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  run_id uuid,
  source text not null,
  operation text not null,
  reason text not null check (reason in ('changed', 'asked')),
  body text not null,
  created_at timestamptz not null default now(),
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete cascade
);
comment on table public.raw_answers is 'Answers of a source as they came: those nobody could read, and those somebody asked to see. Kept 30 days.';
create index raw_answers_run on public.raw_answers (run_id);
create index raw_answers_org on public.raw_answers (org_id, created_at desc);

-- ── Posts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.authors (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  network text not null,
  external_id text not null,
  handle text not null,
  name text not null,
  url text,
  bio text,
  avatar_url text,
  followers bigint,
  is_verified boolean,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, network, external_id),
  unique (id, org_id)
);
comment on table public.authors is 'Who wrote the posts that were found, as the network last told it.';
create index authors_handle on public.authors (org_id, lower(handle));

create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  network text not null,
  external_id text not null,
  state text not null default 'waiting' check (state in ('waiting', 'reading', 'complete', 'partial', 'failed')),
  cursor text,
  pages integer not null default 0,
  problem jsonb,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  unique (org_id, network, external_id),
  unique (id, org_id)
);
comment on table public.conversations is 'A post with all that was answered to it. Its posts name it.';
comment on column public.conversations.external_id is 'Of its first post, even when that one cannot be seen.';
comment on column public.conversations.cursor is 'Of the page to read next, while it is being read.';
comment on column public.conversations.state is 'partial: its source gave no more, or a limit came first; what is missing is shown as a gap.';

create table public.posts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  network text not null,
  external_id text not null,
  author_id uuid,
  conversation_id uuid,
  reply_to_external_id text,
  quoted_external_id text,
  url text not null,
  text text not null,
  language text,
  posted_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  likes bigint,
  replies bigint,
  reposts bigint,
  quotes bigint,
  views bigint,
  entities jsonb not null default '{}',
  fold_key text,
  seen_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique (org_id, network, external_id),
  unique (id, org_id),
  foreign key (author_id, org_id) references public.authors (id, org_id),
  foreign key (conversation_id, org_id) references public.conversations (id, org_id) on delete set null (conversation_id)
);
comment on table public.posts is 'A post, once however many campaigns meet it.';
comment on column public.posts.entities is '{hashtags, mentions, links, media}: PostEntities.';
comment on column public.posts.fold_key is 'The same for copies of one text: a hash of its words without addresses, mentions and case. Null for texts too short to tell.';
comment on column public.posts.deleted_at is 'When it was first found to be gone.';
comment on column public.posts.seen_at is 'When its source last gave it; its counts are of then.';
create index posts_author on public.posts (author_id, posted_at desc);
create index posts_conversation on public.posts (conversation_id, posted_at);
create index posts_fold on public.posts (org_id, fold_key) where fold_key is not null;
create index posts_words on public.posts using gin (to_tsvector('simple', left(text, 20000)));

create table public.post_versions (
  post_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  text text not null,
  seen_until timestamptz not null,
  primary key (post_id, seen_until),
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade
);
comment on table public.post_versions is 'What a post said before it was edited.';
create index post_versions_org on public.post_versions (org_id);

create table public.run_posts (
  run_id uuid not null,
  post_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  source text not null,
  position integer not null,
  dropped jsonb,
  primary key (run_id, post_id),
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade
);
comment on table public.run_posts is 'What a preview, a search or a run found, in the order it came.';
comment on column public.run_posts.dropped is '{rule, words}: why the rules put it aside; null when they did not.';
create index run_posts_post on public.run_posts (post_id);
create index run_posts_org on public.run_posts (org_id);

create table public.matches (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  campaign_id uuid not null,
  post_id uuid not null,
  run_id uuid,
  source text not null,
  dropped jsonb,
  state text not null default 'found' check (state in ('found', 'dropped', 'scored', 'read')),
  created_at timestamptz not null default now(),
  unique (campaign_id, post_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade,
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete set null (run_id)
);
comment on table public.matches is 'A post that a campaign met, and how far its judging is.';
comment on column public.matches.run_id is 'The run that met it first, and judges it.';
comment on column public.matches.dropped is '{rule, words}: why the rules put it aside before any model was asked.';
create index matches_run on public.matches (run_id, state);
create index matches_post on public.matches (post_id);
create index matches_campaign on public.matches (campaign_id, created_at desc, post_id desc);
create index matches_open on public.matches (campaign_id) where state = 'found';

create table public.analyses (
  campaign_id uuid not null,
  post_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  run_id uuid,
  depth text not null check (depth in ('scored', 'read')),
  relevance integer not null check (relevance between 0 and 100),
  reason text not null,
  intent text not null check (intent in ('question', 'complaint', 'comparison', 'praise', 'buying-signal', 'news', 'noise')),
  sentiment double precision not null check (sentiment between -1 and 1),
  urgency integer not null check (urgency between 0 and 100),
  deadline timestamptz,
  insight text,
  evidence text[] not null default '{}',
  replies jsonb not null default '[]',
  names text[] not null default '{}',
  judged_by text not null,
  judged_at timestamptz not null default now(),
  primary key (campaign_id, post_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade,
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete set null (run_id)
);
comment on table public.analyses is 'What a post means for a campaign.';
comment on column public.analyses.evidence is 'Words of the post that the judgement rests on, copied from it.';
comment on column public.analyses.replies is '[{text, citations: [{itemId, title, quote, startSeconds}]}]: suggested, two or three.';
comment on column public.analyses.names is 'Which of the campaign''s compared names it speaks of.';
comment on column public.analyses.judged_by is 'offline, or adapter:model.';
create index analyses_post on public.analyses (post_id);
create index analyses_org on public.analyses (org_id, judged_at desc);
create index analyses_relevance on public.analyses (campaign_id, relevance desc, post_id desc);
create index analyses_run on public.analyses (run_id);

create table public.post_feedback (
  campaign_id uuid not null,
  post_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  thumb integer not null check (thumb in (-1, 1)),
  note text check (char_length(note) <= 500),
  relevance_then integer,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (campaign_id, post_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade
);
comment on table public.post_feedback is 'Thumbs up and down: examples for the next judging.';
comment on column public.post_feedback.relevance_then is 'The score it had when the thumb was given: what agreement is counted from.';
create index post_feedback_org on public.post_feedback (org_id);
create index post_feedback_post on public.post_feedback (post_id);

-- ── Opportunities ───────────────────────────────────────────────────────────────────────────────────────────────────

create table public.opportunities (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  campaign_id uuid not null,
  post_id uuid not null,
  run_id uuid,
  state text not null default 'new' check (state in ('new', 'drafted', 'waiting', 'done', 'dismissed', 'snoozed')),
  value double precision not null default 0,
  deadline timestamptz,
  intent text not null,
  relevance integer not null,
  draft text check (char_length(draft) <= 25000),
  dismissed_reason text check (char_length(dismissed_reason) <= 500),
  snoozed_until timestamptz,
  state_before text,
  assignee_id uuid,
  fold_key text,
  folded_count integer not null default 0,
  post_checked_at timestamptz,
  post_state text check (post_state in ('present', 'gone', 'unknown')),
  post_problem text,
  acted_at timestamptz,
  acted_by uuid,
  handed_to text,
  outcome_count integer not null default 0,
  revalue_at timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (campaign_id, post_id),
  unique (id, org_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade,
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete set null (run_id)
);
comment on table public.opportunities is 'A post worth acting on, and what was done about it.';
comment on column public.opportunities.value is 'What the inbox is sorted by: relevance, urgency, reach and time left in one number, 0 to 100.';
comment on column public.opportunities.state_before is 'What it was before its last change of state: undo goes back there, once.';
comment on column public.opportunities.post_state is 'What the network said when it was asked at post_checked_at; unknown: it did not tell, for the reason in post_problem.';
comment on column public.opportunities.handed_to is 'How it was acted on: copied, opened-link, or the publisher it was handed to.';
comment on column public.opportunities.outcome_count is 'How many outcomes are known.';
comment on column public.opportunities.revalue_at is 'When time will have changed the value; null: it does no more.';
comment on column public.opportunities.fold_key is 'Copies of one text in one campaign are one opportunity.';
comment on column public.opportunities.folded_count is 'How many further posts say the same.';
create unique index opportunities_fold on public.opportunities (campaign_id, fold_key) where fold_key is not null;
create index opportunities_inbox on public.opportunities (org_id, state, value desc, id desc);
create index opportunities_campaign on public.opportunities (campaign_id, state, value desc, id desc);
create index opportunities_intent on public.opportunities (org_id, state, intent, value desc, id desc);
create index opportunities_assignee on public.opportunities (org_id, assignee_id, state, value desc, id desc) where assignee_id is not null;
create index opportunities_run on public.opportunities (run_id);
create index opportunities_revalue on public.opportunities (revalue_at) where revalue_at is not null;
create index opportunities_post on public.opportunities (post_id);
create index opportunities_snoozed on public.opportunities (snoozed_until) where state = 'snoozed';

create table public.opportunity_folds (
  opportunity_id uuid not null,
  post_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (opportunity_id, post_id),
  foreign key (opportunity_id, org_id) references public.opportunities (id, org_id) on delete cascade,
  foreign key (post_id, org_id) references public.posts (id, org_id) on delete cascade
);
comment on table public.opportunity_folds is 'Further posts that say what an opportunity''s post says.';
create index opportunity_folds_post on public.opportunity_folds (post_id);
create index opportunity_folds_org on public.opportunity_folds (org_id);

create table public.opportunity_notes (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  opportunity_id uuid not null,
  text text not null check (char_length(text) between 1 and 5000),
  created_by uuid,
  created_at timestamptz not null default now(),
  foreign key (opportunity_id, org_id) references public.opportunities (id, org_id) on delete cascade
);
comment on table public.opportunity_notes is 'What colleagues tell each other about an opportunity.';
create index opportunity_notes_of on public.opportunity_notes (opportunity_id, created_at);
create index opportunity_notes_org on public.opportunity_notes (org_id);

create table public.opportunity_outcomes (
  opportunity_id uuid not null,
  kind text not null check (kind in ('reply', 'like', 'follow', 'click', 'answer')),
  external_id text not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  detail jsonb not null default '{}',
  seen_at timestamptz not null default now(),
  primary key (opportunity_id, kind, external_id),
  foreign key (opportunity_id, org_id) references public.opportunities (id, org_id) on delete cascade
);
comment on table public.opportunity_outcomes is 'What came of it, as far as it can be seen. reply: ours; answer: the author''s to it.';
create index opportunity_outcomes_org on public.opportunity_outcomes (org_id);

-- ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- So that nobody goes through another organisation's connection.
alter table public.credentials add constraint credentials_id_org unique (id, org_id);

create table public.delivery_targets (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  campaign_id uuid,
  adapter text not null,
  label text not null check (char_length(label) between 1 and 120),
  credential_id uuid,
  settings jsonb not null default '{}',
  cron text,
  time_zone text not null default 'UTC',
  next_digest_at timestamptz,
  is_enabled boolean not null default true,
  state text not null default 'new' check (state in ('new', 'good', 'failed')),
  problem jsonb,
  last_delivered_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (id, org_id),
  foreign key (campaign_id, org_id) references public.campaigns (id, org_id) on delete cascade,
  foreign key (credential_id, org_id) references public.credentials (id, org_id) on delete set null (credential_id)
);
comment on table public.delivery_targets is 'Where opportunities are told: Slack, a sheet, letters. campaign_id null: those of every campaign.';
comment on column public.delivery_targets.credential_id is 'The connection it goes through; null: the mail server of the installation, or one that was forgotten.';
comment on column public.delivery_targets.settings is 'Which opportunities, and where to there: TargetSettings.';
comment on column public.delivery_targets.cron is 'When a digest is sent, or all is written anew, in time_zone (IANA); null: never by the clock.';
create index delivery_targets_org on public.delivery_targets (org_id);
create index delivery_targets_credential on public.delivery_targets (credential_id);
create index delivery_targets_due on public.delivery_targets (next_digest_at) where next_digest_at is not null and is_enabled;
create index delivery_targets_campaign on public.delivery_targets (campaign_id);

create table public.deliveries (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  target_id uuid not null,
  run_id uuid,
  subject_kind text not null check (subject_kind in ('run', 'opportunity', 'digest', 'export', 'test')),
  subject_key text not null,
  state text not null default 'waiting' check (state in ('waiting', 'armed', 'done', 'skipped', 'failed', 'unconfirmed')),
  attempts integer not null default 0,
  remote_id text,
  problem jsonb,
  lease uuid,
  armed_at timestamptz,
  retry_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (target_id, subject_kind, subject_key),
  foreign key (target_id, org_id) references public.delivery_targets (id, org_id) on delete cascade,
  foreign key (run_id, org_id) references public.runs (id, org_id) on delete set null (run_id)
);
comment on table public.deliveries is 'One thing told to one target: armed, done, confirmed. Its key makes sure that nothing is told twice.';
comment on column public.deliveries.subject_key is 'Id of the run or opportunity; of a digest, until when it tells.';
comment on column public.deliveries.state is 'armed: being sent, or its sender died; skipped: there was nothing to tell; unconfirmed: nobody knows whether it arrived.';
comment on column public.deliveries.lease is 'The attempt that armed it: only that one writes how it went.';
comment on column public.deliveries.retry_at is 'When it is tried, or looked for, again.';
comment on column public.deliveries.remote_id is 'Where it is there: a message''s timestamp, a row''s number, a letter''s id.';
create index deliveries_org on public.deliveries (org_id, created_at desc, id desc);
create index deliveries_run on public.deliveries (run_id);
create index deliveries_open on public.deliveries (updated_at) where state in ('waiting', 'armed');

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- Policies keep a search from using an index of words, whose operator could leak what it compares. Here the caller's right to the
-- organisation is asked first, and the index is used after it.
create function private.posts_with_words(of_org uuid, words tsquery) returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select p.id from public.posts p
  where p.org_id = of_org and of_org in (select private.org_ids('viewer')) and to_tsvector('simple', left(p.text, 20000)) @@ words
$$;
create function private.posts_of_author(of_org uuid, author_handle text) returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select p.id from public.authors a join public.posts p on p.author_id = a.id
  where a.org_id = of_org and of_org in (select private.org_ids('viewer')) and lower(a.handle) = lower(author_handle)
$$;
revoke execute on function private.posts_with_words(uuid, tsquery), private.posts_of_author(uuid, text) from public;
grant execute on function private.posts_with_words(uuid, tsquery), private.posts_of_author(uuid, text) to authenticated, service_role;

create trigger touch_updated_at before update on public.accounts for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.campaigns for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.runs for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.run_sources for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.authors for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.opportunities for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.delivery_targets for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.deliveries for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.accounts, public.account_locks, public.source_protocols, public.campaigns, public.campaign_sources, public.runs,
  public.run_sources, public.raw_answers, public.authors, public.conversations, public.posts, public.post_versions, public.run_posts,
  public.matches, public.analyses, public.post_feedback, public.opportunities, public.opportunity_folds, public.opportunity_notes,
  public.opportunity_outcomes, public.delivery_targets, public.deliveries from anon, authenticated;
grant all on public.accounts, public.account_locks, public.source_protocols, public.campaigns, public.campaign_sources, public.runs,
  public.run_sources, public.raw_answers, public.authors, public.conversations, public.posts, public.post_versions, public.run_posts,
  public.matches, public.analyses, public.post_feedback, public.opportunities, public.opportunity_folds, public.opportunity_notes,
  public.opportunity_outcomes, public.delivery_targets, public.deliveries to service_role;

-- Cookies are as secret as credentials: nobody but the worker reads them.
alter table public.accounts enable row level security;
grant select (id, org_id, network, label, external_id, key_id, proxy, daily_cap, used_today, used_since, is_enabled, state, problem,
  problem_at, leased_by, leased_until, last_used_at, created_by, created_at, updated_at), insert, update, delete
  on public.accounts to authenticated;
create policy "members read" on public.accounts for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "admins add" on public.accounts for insert to authenticated with check (org_id in (select private.org_ids('admin')));
create policy "admins change" on public.accounts for update to authenticated
  using (org_id in (select private.org_ids('admin'))) with check (org_id in (select private.org_ids('admin')));
create policy "admins delete" on public.accounts for delete to authenticated using (org_id in (select private.org_ids('admin')));

-- What leaves the organisation, and where to, is its admins' to say.
alter table public.delivery_targets enable row level security;
grant select, insert, update, delete on public.delivery_targets to authenticated;
create policy "members read" on public.delivery_targets for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "admins add" on public.delivery_targets for insert to authenticated with check (org_id in (select private.org_ids('admin')));
create policy "admins change" on public.delivery_targets for update to authenticated
  using (org_id in (select private.org_ids('admin'))) with check (org_id in (select private.org_ids('admin')));
create policy "admins delete" on public.delivery_targets for delete to authenticated using (org_id in (select private.org_ids('admin')));

alter table public.source_protocols enable row level security;
grant select on public.source_protocols to authenticated;
create policy "everyone signed in reads" on public.source_protocols for select to authenticated using (true);

-- What members work with, and what the worker writes for them to read.
do $$
declare
  name text;
begin
  foreach name in array array['campaigns', 'runs', 'post_feedback', 'opportunities', 'opportunity_notes', 'deliveries'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('grant select, insert, update, delete on public.%I to authenticated', name);
    execute format('create policy "members read" on public.%I for select to authenticated using (org_id in (select private.org_ids(''viewer'')))', name);
    execute format('create policy "members add" on public.%I for insert to authenticated with check (org_id in (select private.org_ids(''member'')))', name);
    execute format('create policy "members change" on public.%I for update to authenticated using (org_id in (select private.org_ids(''member''))) with check (org_id in (select private.org_ids(''member'')))', name);
    execute format('create policy "members delete" on public.%I for delete to authenticated using (org_id in (select private.org_ids(''member'')))', name);
  end loop;
  foreach name in array array['account_locks', 'campaign_sources', 'run_sources', 'raw_answers', 'authors', 'conversations', 'posts', 'post_versions',
    'run_posts', 'matches', 'analyses', 'opportunity_folds', 'opportunity_outcomes'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('grant select on public.%I to authenticated', name);
    execute format('create policy "members read" on public.%I for select to authenticated using (org_id in (select private.org_ids(''viewer'')))', name);
  end loop;
end $$;

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One trigger for all that is followed live: the event is <table's singular>.created, .changed or .deleted.
create function private.broadcast_listening() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('id', coalesce(new.id, old.id)),
    tg_argv[0] || case tg_op when 'INSERT' then '.created' when 'DELETE' then '.deleted' else '.changed' end,
    'org:' || coalesce(new.org_id, old.org_id) || ':listening',
    true
  );
  return null;
end $$;
create trigger broadcast after insert or update or delete on public.campaigns for each row execute function private.broadcast_listening('campaign');
create trigger broadcast after insert or delete on public.runs for each row execute function private.broadcast_listening('run');
-- Leases are renewed all the time; nobody looks at them.
create trigger broadcast_change after update on public.runs for each row
  when ((old.state, old.stage, old.counts, old.wait, old.end_reason, old.problem, old.cost_usd, old.cancel_requested) is distinct from
    (new.state, new.stage, new.counts, new.wait, new.end_reason, new.problem, new.cost_usd, new.cancel_requested))
  execute function private.broadcast_listening('run');
create trigger broadcast after insert or delete on public.opportunities for each row execute function private.broadcast_listening('opportunity');
-- Time changes values by the thousand; what people did, and what was found out, is told.
create trigger broadcast_change after update on public.opportunities for each row
  when ((old.state, old.draft, old.deadline, old.dismissed_reason, old.snoozed_until, old.assignee_id, old.folded_count, old.post_checked_at, old.acted_at, old.outcome_count)
    is distinct from (new.state, new.draft, new.deadline, new.dismissed_reason, new.snoozed_until, new.assignee_id, new.folded_count, new.post_checked_at, new.acted_at, new.outcome_count))
  execute function private.broadcast_listening('opportunity');
create trigger broadcast after insert or delete on public.opportunity_notes for each row execute function private.broadcast_listening('opportunity-note');
create trigger broadcast after insert or update or delete on public.delivery_targets for each row execute function private.broadcast_listening('delivery-target');
-- Each request writes a use down; only what people see changes is told.
create trigger broadcast_change after update on public.accounts for each row
  when ((old.state, old.is_enabled, old.label, old.problem, old.daily_cap, old.proxy) is distinct from (new.state, new.is_enabled, new.label, new.problem, new.daily_cap, new.proxy))
  execute function private.broadcast_listening('account');
create trigger broadcast after insert or delete on public.accounts for each row execute function private.broadcast_listening('account');
-- Cooling is a row of its own and a change of the account to those who see it.
create function private.broadcast_account_lock() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('id', new.account_id), 'account.changed', 'org:' || new.org_id || ':listening', true);
  return null;
end $$;
create trigger broadcast after insert or update on public.account_locks for each row execute function private.broadcast_account_lock();
revoke execute on function private.broadcast_account_lock() from public;
revoke execute on function private.broadcast_listening() from public;
grant execute on function private.broadcast_listening() to authenticated, service_role;
