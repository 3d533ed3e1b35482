-- Assistant, vectors: in a migration of its own, so that the rest runs where pgvector is missing.

create extension if not exists vector with schema extensions;

create table public.chunk_embeddings (
  chunk_id uuid primary key references public.chunks (id) on delete cascade,
  org_id uuid not null references public.orgs (id) on delete cascade,
  embedder text not null,
  embedding extensions.vector(768) not null,
  created_at timestamptz not null default now()
);
comment on table public.chunk_embeddings is 'Meaning of a chunk as 768 numbers, cosine distance; embedder names what made them.';
create index chunk_embeddings_org on public.chunk_embeddings (org_id, embedder);
create index chunk_embeddings_nearest on public.chunk_embeddings using hnsw (embedding extensions.vector_cosine_ops);

revoke all on public.chunk_embeddings from anon, authenticated;
grant all on public.chunk_embeddings to service_role;
grant select on public.chunk_embeddings to authenticated;

alter table public.chunk_embeddings enable row level security;
create policy "members read" on public.chunk_embeddings for select to authenticated using (org_id in (select private.org_ids('viewer')));
