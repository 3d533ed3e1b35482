-- Assistant: chunks of what the archive holds, and the word index over them (BM25).

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.chunks (
  id uuid primary key default gen_random_uuid(),
  number integer generated always as identity unique,
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null references public.items (id) on delete cascade,
  position integer not null,
  heading text,
  text text not null,
  text_hash text not null,
  configuration text not null default 'simple',
  lexemes tsvector not null,
  lexeme_count integer not null,
  speaker text,
  start_seconds double precision,
  end_seconds double precision,
  segment_offsets integer[] not null,
  segment_positions integer[] not null,
  segment_seconds double precision[],
  created_at timestamptz not null default now(),
  -- Deferrable, because chunks that stay move to new positions in one statement.
  unique (item_id, position) deferrable initially immediate
);
comment on table public.chunks is 'Passages of about 1,200 characters: what search ranks and answers cite. Inserted and deleted; words never change in place.';
comment on column public.chunks.number is 'Short name within chunk_lexemes: 4 bytes instead of 16, a hundred times per chunk.';
comment on column public.chunks.configuration is 'Text search configuration of its lexemes: english, russian, …, simple.';
comment on column public.chunks.lexemes is 'Lexemes of heading and text: what chunk_lexemes holds, the other way round.';
comment on column public.chunks.segment_offsets is 'Where in text (UTF-16 units) each segment begins; segment_positions and segment_seconds say which and when.';
create index chunks_org on public.chunks (org_id, configuration);

-- No foreign keys on the two tables below: the triggers on chunks keep them, and a check per row would double the time of indexing.
-- One row per item and lexeme: with one per chunk every entry of a common word lay on another page, and reading took four times as long.
create table public.chunk_lexemes (
  org_id uuid not null,
  lexeme text not null,
  item_id uuid not null,
  chunk_numbers integer[] not null,
  frequencies smallint[] not null,
  chunk_lengths smallint[] not null,
  primary key (org_id, lexeme, item_id)
);
comment on table public.chunk_lexemes is 'Inverted index for BM25: the chunks of an item that hold a lexeme, how often each does, and how long each is in lexemes.';

create table public.corpus_lexemes (
  org_id uuid not null,
  lexeme text not null,
  chunk_count integer not null,
  primary key (org_id, lexeme)
) with (fillfactor = 80);
comment on table public.corpus_lexemes is 'In how many chunks of an organisation a lexeme stands: known before its list is read, so that a very common one is not.';

create table public.corpus_statistics (
  org_id uuid not null references public.orgs (id) on delete cascade,
  configuration text not null,
  chunk_count integer not null,
  lexeme_total bigint not null,
  primary key (org_id, configuration)
);
comment on table public.corpus_statistics is 'How many chunks an organisation has per configuration and how long they are together: BM25 normalises by it.';

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- One writer per organisation: two that count the same lexemes in other orders would wait for each other for ever.
create function private.lock_corpus(org uuid) returns void
language sql
set search_path = ''
as $$ select pg_advisory_xact_lock(hashtextextended('nexus.corpus:' || org, 0)) $$;

-- Writes the entries of an item for these lexemes from the chunks it has now.
create function private.write_lexemes(org uuid, item uuid, changed text[]) returns void
language sql
set search_path = ''
as $$
  insert into public.chunk_lexemes as l (org_id, lexeme, item_id, chunk_numbers, frequencies, chunk_lengths)
  select org, u.lexeme, item, array_agg(c.number order by c.number),
    array_agg(coalesce(cardinality(u.positions), 1)::smallint order by c.number), array_agg(c.lexeme_count::smallint order by c.number)
  from public.chunks c cross join lateral unnest(c.lexemes) u join unnest(changed) w(lexeme) on w.lexeme = u.lexeme
  where c.item_id = item
  group by u.lexeme
  on conflict (org_id, lexeme, item_id) do update
    set chunk_numbers = excluded.chunk_numbers, frequencies = excluded.frequencies, chunk_lengths = excluded.chunk_lengths
$$;

create function private.index_chunks() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.lock_corpus(o.org_id) from (select distinct a.org_id from added a order by 1) o;
  perform private.write_lexemes(t.org_id, t.item_id, t.changed)
  from (select a.org_id, a.item_id, array_agg(distinct u.lexeme) as changed
        from added a cross join lateral unnest(a.lexemes) u group by 1, 2) t;
  insert into public.corpus_lexemes as c (org_id, lexeme, chunk_count)
  select a.org_id, u.lexeme, count(*) from added a cross join lateral unnest(a.lexemes) u group by 1, 2
  on conflict (org_id, lexeme) do update set chunk_count = c.chunk_count + excluded.chunk_count;
  insert into public.corpus_statistics as s (org_id, configuration, chunk_count, lexeme_total)
  select a.org_id, a.configuration, count(*), sum(a.lexeme_count) from added a group by 1, 2
  on conflict (org_id, configuration) do update
    set chunk_count = s.chunk_count + excluded.chunk_count, lexeme_total = s.lexeme_total + excluded.lexeme_total;
  return null;
end $$;
create trigger index_chunks after insert on public.chunks referencing new table as added
  for each statement execute function private.index_chunks();

create function private.forget_chunks() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.lock_corpus(o.org_id) from (select distinct r.org_id from removed r order by 1) o;
  delete from public.chunk_lexemes l
  using (select distinct r.org_id, r.item_id, u.lexeme from removed r cross join lateral unnest(r.lexemes) u) gone
  where l.org_id = gone.org_id and l.lexeme = gone.lexeme and l.item_id = gone.item_id;
  perform private.write_lexemes(t.org_id, t.item_id, t.changed)
  from (select r.org_id, r.item_id, array_agg(distinct u.lexeme) as changed
        from removed r cross join lateral unnest(r.lexemes) u group by 1, 2) t;
  update public.corpus_lexemes c set chunk_count = c.chunk_count - gone.chunks
  from (select r.org_id, u.lexeme, count(*) as chunks from removed r cross join lateral unnest(r.lexemes) u group by 1, 2) gone
  where c.org_id = gone.org_id and c.lexeme = gone.lexeme;
  delete from public.corpus_lexemes c
  using (select distinct r.org_id, u.lexeme from removed r cross join lateral unnest(r.lexemes) u) gone
  where c.org_id = gone.org_id and c.lexeme = gone.lexeme and c.chunk_count <= 0;
  update public.corpus_statistics s
  set chunk_count = s.chunk_count - gone.chunks, lexeme_total = s.lexeme_total - gone.lexemes
  from (select r.org_id, r.configuration, count(*) as chunks, sum(r.lexeme_count) as lexemes from removed r group by 1, 2) gone
  where s.org_id = gone.org_id and s.configuration = gone.configuration;
  return null;
end $$;
create trigger forget_chunks after delete on public.chunks referencing old table as removed
  for each statement execute function private.forget_chunks();

revoke execute on function private.lock_corpus(uuid), private.write_lexemes(uuid, uuid, text[]), private.index_chunks(), private.forget_chunks() from public;
grant execute on function private.index_chunks(), private.forget_chunks() to authenticated, service_role;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.chunks, public.chunk_lexemes, public.corpus_lexemes, public.corpus_statistics from anon, authenticated;
grant all on public.chunks, public.chunk_lexemes, public.corpus_lexemes, public.corpus_statistics to service_role;
grant select on public.chunks, public.chunk_lexemes, public.corpus_lexemes, public.corpus_statistics to authenticated;

alter table public.chunks enable row level security;
create policy "members read" on public.chunks for select to authenticated using (org_id in (select private.org_ids('viewer')));
alter table public.chunk_lexemes enable row level security;
create policy "members read" on public.chunk_lexemes for select to authenticated using (org_id in (select private.org_ids('viewer')));
alter table public.corpus_lexemes enable row level security;
create policy "members read" on public.corpus_lexemes for select to authenticated using (org_id in (select private.org_ids('viewer')));
alter table public.corpus_statistics enable row level security;
create policy "members read" on public.corpus_statistics for select to authenticated using (org_id in (select private.org_ids('viewer')));
