-- Assistant: which embedder's vectors serve search, and which are being made to replace them.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.embedding_indexes (
  org_id uuid primary key references public.orgs (id) on delete cascade,
  embedder text not null,
  adapter text not null,
  settings jsonb not null default '{}',
  credential_id uuid,
  next_embedder text,
  problem text,
  updated_at timestamptz not null default now()
);
comment on table public.embedding_indexes is 'Whose vectors search compares a question with. They serve until those of next_embedder are complete.';
comment on column public.embedding_indexes.settings is 'Settings of the connection as they were: the same one may name another model now.';
comment on column public.embedding_indexes.credential_id is 'Null for a connection of the instance. No reference: the row outlives a connection that is deleted.';
comment on column public.embedding_indexes.problem is 'Why passages wait for their vectors, in words for a user. Null when nothing is in the way.';

create trigger touch_updated_at before update on public.embedding_indexes for each row execute function private.touch_updated_at();

-- Two vectors per passage while one index replaces another. The table is not there without pgvector.
do $$
begin
  if to_regclass('public.chunk_embeddings') is null then return; end if;
  alter table public.chunk_embeddings drop constraint chunk_embeddings_pkey;
  alter table public.chunk_embeddings add primary key (chunk_id, embedder);
  insert into public.embedding_indexes (org_id, embedder, adapter)
  select distinct on (org_id) org_id, embedder, split_part(embedder, ':', 1)
  from public.chunk_embeddings group by org_id, embedder order by org_id, count(*) desc;
end $$;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.embedding_indexes from anon, authenticated;
grant all on public.embedding_indexes to service_role;
grant select on public.embedding_indexes to authenticated;

alter table public.embedding_indexes enable row level security;
create policy "members read" on public.embedding_indexes for select to authenticated using (org_id in (select private.org_ids('viewer')));
