-- Archive: items, the steps of their processing, transcripts, segments, fingerprints.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.items (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null default 'unknown'
    check (kind in ('unknown', 'audio', 'video', 'subtitles', 'text', 'markdown', 'html', 'pdf', 'docx')),
  status text not null default 'queued'
    check (status in ('queued', 'working', 'waiting', 'ready', 'failed', 'canceled', 'duplicate')),
  source text not null check (source in ('file', 'url', 'text')),
  source_url text,
  original_name text,
  original_path text,
  subtitle_path text,
  title text not null check (char_length(title) between 1 and 500),
  title_given boolean not null default false,
  mime_type text,
  size_bytes bigint,
  sha256 text,
  duration_seconds double precision,
  language text,
  language_given text,
  author text,
  published_at timestamptz,
  summary text,
  tags text[] not null default '{}',
  tags_given boolean not null default false,
  enriched_by text,
  playable_path text,
  playable_mime_type text,
  poster_path text,
  peaks_path text,
  width integer,
  height integer,
  problem jsonb,
  warnings text[] not null default '{}',
  progress real not null default 0,
  is_sample boolean not null default false,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  ready_at timestamptz,
  unique (id, org_id),
  -- The service signs and reads these paths with its own key, so a row may only name files of its own organisation.
  constraint own_files check (
    (original_path is null or original_path like org_id::text || '/%')
    and (subtitle_path is null or subtitle_path like org_id::text || '/%')
    and (playable_path is null or playable_path like org_id::text || '/%')
    and (poster_path is null or poster_path like org_id::text || '/%')
    and (peaks_path is null or peaks_path like org_id::text || '/%')
  )
);
comment on table public.items is 'One recording, page, document or text, with what is known of it. Files live in the bucket media under <org>/<item>/.';
comment on column public.items.created_at is 'In whole milliseconds: cursors carry it through clients that know no finer time.';
comment on column public.items.problem is '{code, detail, step}: why it failed or what it waits for, in words for its user.';
comment on column public.items.progress is 'Share of the whole pipeline that is done, 0 to 1.';
comment on column public.items.title_given is 'A person gave the title: enrichment leaves it alone.';
comment on column public.items.tags_given is 'A person chose the tags: enrichment leaves them alone.';
create index items_org_created on public.items (org_id, created_at desc, id desc);
-- An upload becomes one item: deleting that item deletes the file.
create unique index items_original_path on public.items (original_path);
create unique index items_subtitle_path on public.items (subtitle_path);
create index items_waiting on public.items (org_id) where status = 'waiting';

create table public.item_steps (
  item_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null,
  position smallint not null,
  state text not null default 'pending'
    check (state in ('pending', 'working', 'waiting', 'done', 'skipped', 'failed', 'canceled')),
  attempt integer not null default 0,
  attempts_before integer not null default 0,
  failures integer not null default 0,
  input_hash text,
  progress real not null default 0,
  problem jsonb,
  output jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (item_id, name),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on column public.item_steps.attempt is 'Counted before the work starts; also fences off an attempt that was taken over.';
comment on column public.item_steps.attempts_before is 'Attempts that do not count: before a retry by hand, or handed back.';
comment on column public.item_steps.failures is 'Attempts that ended with a problem since then. The rest of those counted ended with their process.';
comment on table public.item_steps is 'Where the processing of an item stands. A finished step with the same input hash is not done again.';
create index item_steps_waiting on public.item_steps (name) where state = 'waiting';
create index item_steps_org on public.item_steps (org_id);

create table public.item_texts (
  item_id uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  text text not null,
  created_at timestamptz not null default now(),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.item_texts is 'Text given with a request, until the worker has stored it as a file.';
create index item_texts_org on public.item_texts (org_id);

create table public.transcripts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null,
  version integer not null,
  origin text not null check (origin in ('subtitles', 'embedded-subtitles', 'transcriber', 'document')),
  adapter text,
  model text,
  language text,
  created_at timestamptz not null default now(),
  unique (item_id, version),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.transcripts is 'The words of an item, one immutable version per run. The highest version is the one shown.';
create index transcripts_org on public.transcripts (org_id);

create table public.segments (
  transcript_id uuid not null references public.transcripts (id) on delete cascade,
  position integer not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null,
  kind text not null default 'speech' check (kind in ('speech', 'heading', 'paragraph', 'list-item', 'quote', 'code', 'table-row')),
  level smallint,
  page integer,
  start_seconds double precision,
  end_seconds double precision,
  speaker text,
  text text not null,
  words jsonb,
  primary key (transcript_id, position),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.segments is 'Parts of a transcript in order: a cue with its seconds, or a block of a document (position is its paragraph).';
create index segments_item on public.segments (item_id);
create index segments_org on public.segments (org_id);

create table public.fingerprints (
  item_id uuid primary key references public.items (id) on delete cascade,
  org_id uuid not null references public.orgs (id) on delete cascade,
  algorithm integer not null,
  hashes bytea not null,
  duration_seconds double precision not null,
  created_at timestamptz not null default now()
);
comment on table public.fingerprints is 'Raw chromaprint of the whole recording: 32-bit hashes, little-endian, about 8 a second.';
create index fingerprints_org on public.fingerprints (org_id);

create trigger touch_updated_at before update on public.items for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.item_steps for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.items, public.item_steps, public.item_texts, public.transcripts, public.segments,
  public.fingerprints from anon, authenticated;
grant all on public.items, public.item_steps, public.item_texts, public.transcripts, public.segments, public.fingerprints to service_role;
grant select, insert, update, delete on public.items, public.item_steps, public.item_texts to authenticated;
grant select, insert, delete on public.transcripts, public.segments to authenticated;
grant select on public.fingerprints to authenticated;

alter table public.items enable row level security;
create policy "members read" on public.items for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.items for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.items for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.items for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.item_steps enable row level security;
create policy "members read" on public.item_steps for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.item_steps for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.item_steps for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.item_steps for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.item_texts enable row level security;
create policy "members read" on public.item_texts for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.item_texts for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.item_texts for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.item_texts for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.transcripts enable row level security;
create policy "members read" on public.transcripts for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.transcripts for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.transcripts for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.segments enable row level security;
create policy "members read" on public.segments for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.segments for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.segments for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.fingerprints enable row level security;
create policy "members read" on public.fingerprints for select to authenticated using (org_id in (select private.org_ids('viewer')));

-- ── Storage ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Uploads come with signed tokens only, so members read and nobody but the service writes.
insert into storage.buckets (id, name, public, file_size_limit) values ('media', 'media', false, 5368709120) on conflict (id) do nothing;
create policy "members read their organisation's files" on storage.objects for select to authenticated
  using (bucket_id = 'media' and (storage.foldername(name))[1] in (select private.org_ids('viewer')::text));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- What a list and a page need to stay current; texts are fetched when they are shown.
create function private.broadcast_item() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform realtime.send(jsonb_build_object('id', old.id), 'item.deleted', 'org:' || old.org_id || ':archive', true);
    return old;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'id', new.id, 'kind', new.kind, 'status', new.status, 'title', new.title, 'progress', new.progress, 'problem', new.problem,
      'durationSeconds', new.duration_seconds, 'updatedAt', new.updated_at
    ),
    case tg_op when 'INSERT' then 'item.created' else 'item.changed' end,
    'org:' || new.org_id || ':archive',
    true
  );
  return new;
end $$;
create trigger broadcast_item after insert or update or delete on public.items for each row execute function private.broadcast_item();

create function private.broadcast_step() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'itemId', new.item_id, 'name', new.name, 'position', new.position, 'state', new.state, 'attempt', new.attempt,
      'progress', new.progress, 'problem', new.problem, 'startedAt', new.started_at, 'finishedAt', new.finished_at
    ),
    'step.changed',
    'org:' || new.org_id || ':archive',
    true
  );
  return new;
end $$;
create trigger broadcast_step after update on public.item_steps for each row
  when (old.state is distinct from new.state or old.progress is distinct from new.progress or old.problem is distinct from new.problem)
  execute function private.broadcast_step();
revoke execute on function private.broadcast_item(), private.broadcast_step() from public;
grant execute on function private.broadcast_item(), private.broadcast_step() to authenticated, service_role;
