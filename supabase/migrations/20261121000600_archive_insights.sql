-- Archive, insights: chapters of a recording, and what enrichment found in an item: people, places, action items, quotes.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table public.items add column summary_long text;
alter table public.items add column enrichment_gaps jsonb not null default '{}';
comment on column public.items.summary is 'A few sentences, read at a glance.';
comment on column public.items.summary_long is 'A page at most: one statement per line. The same statements are insights of kind point, with where each rests.';
comment on column public.items.enrichment_gaps is '{field: reason}: what enrichment left empty, in words for its user.';

create table public.chapters (
  item_id uuid not null,
  position integer not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  start_seconds double precision not null check (start_seconds >= 0),
  end_seconds double precision not null,
  title text not null check (char_length(title) between 1 and 500),
  origin text not null check (origin in ('source', 'model', 'offline')),
  created_at timestamptz not null default now(),
  primary key (item_id, position),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade,
  check (end_seconds >= start_seconds)
);
comment on table public.chapters is 'Parts of a recording in order, not overlapping. Those of its source stay; others are made anew with each enrichment.';
create index chapters_org on public.chapters (org_id);

create table public.insights (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null,
  kind text not null check (kind in ('point', 'person', 'place', 'organisation', 'action', 'quote')),
  position integer not null,
  text text not null check (char_length(text) between 1 and 2000),
  detail jsonb not null default '{}',
  start_seconds double precision,
  paragraph integer,
  origin text not null check (origin in ('model', 'offline')),
  created_at timestamptz not null default now(),
  unique (item_id, kind, position),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.insights is 'Claims about an item, each with the place it rests on: seconds of a recording or paragraph of a document. Made anew with each enrichment.';
comment on column public.insights.detail is 'Of an action: who and until, as said. Of a quote: who.';
comment on column public.insights.paragraph is 'Position of the segment, for a document.';
create index insights_org on public.insights (org_id, kind);

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.chapters, public.insights from anon, authenticated;
grant all on public.chapters, public.insights to service_role;
grant select on public.chapters, public.insights to authenticated;

alter table public.chapters enable row level security;
create policy "members read" on public.chapters for select to authenticated using (org_id in (select private.org_ids('viewer')));

alter table public.insights enable row level security;
create policy "members read" on public.insights for select to authenticated using (org_id in (select private.org_ids('viewer')));
