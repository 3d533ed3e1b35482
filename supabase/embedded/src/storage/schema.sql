-- Supabase Storage's tables and functions: the parts policies and the storage server rely on.
-- Runs on PGlite 18 and on a native Postgres 15-18, any number of times, after the roles exist.

create schema if not exists storage;
grant usage on schema storage to anon, authenticated, service_role;

do $types$
begin
  if not exists (select from pg_type where typname = 'buckettype' and typnamespace = 'storage'::regnamespace) then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
  end if;
end
$types$;

create table if not exists storage.buckets (
  id text primary key,
  name text not null unique,
  owner uuid,
  owner_id text,
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  type storage.buckettype not null default 'STANDARD',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
comment on table storage.buckets is 'Containers of objects, with the limits that hold for everything in them.';
comment on column storage.buckets.owner is 'Superseded by owner_id, kept as Supabase keeps it.';
comment on column storage.buckets.file_size_limit is 'Bytes; null means the server''s limit.';
comment on column storage.buckets.allowed_mime_types is 'Exact types or `type/*`; null or empty means any.';

create table if not exists storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner uuid,
  owner_id text,
  version text,
  metadata jsonb,
  user_metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now()
);
comment on table storage.objects is 'One row per stored file; the bytes lie on disk under the row''s version.';
comment on column storage.objects.owner is 'Superseded by owner_id, kept as Supabase keeps it.';
comment on column storage.objects.version is 'A UUID made for every upload; names the file on disk.';
comment on column storage.objects.metadata is 'What the server knows: eTag, size, mimetype, cacheControl, lastModified.';
comment on column storage.objects.user_metadata is 'What the uploader said about the file.';

create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);
-- The sweep of orphaned files asks by version.
create index if not exists objects_version on storage.objects (version);

create or replace function storage.foldername(name text) returns text[] language sql immutable as $$
  select (string_to_array(name, '/'))[1 : coalesce(array_length(string_to_array(name, '/'), 1), 1) - 1]
$$;
comment on function storage.foldername(text) is 'The folders of an object''s name, outermost first.';

create or replace function storage.filename(name text) returns text language sql immutable as $$
  select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
$$;
comment on function storage.filename(text) is 'The last part of an object''s name.';

create or replace function storage.extension(name text) returns text language sql immutable as $$
  select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;
comment on function storage.extension(text) is 'What follows the last dot of an object''s file name.';

create or replace function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end
$$;

create or replace trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

grant select, insert, update, delete on storage.buckets, storage.objects to anon, authenticated, service_role;
grant execute on all functions in schema storage to anon, authenticated, service_role;
