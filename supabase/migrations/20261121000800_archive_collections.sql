-- Archive: collections of items, searches that people keep, and room that open uploads hold.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.collections (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 120),
  description text not null default '' check (char_length(description) <= 2000),
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (id, org_id)
);
comment on table public.collections is 'Items that somebody put together under a name. An item may be in many, or in none.';
-- Two that differ in case only would be taken for one.
create unique index collections_name on public.collections (org_id, lower(name));

create table public.collection_items (
  collection_id uuid not null,
  item_id uuid not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  added_by uuid,
  added_at timestamptz not null default now(),
  primary key (collection_id, item_id),
  -- Both, so that no row ties a collection to another organisation's item.
  foreign key (collection_id, org_id) references public.collections (id, org_id) on delete cascade,
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.collection_items is 'Which items a collection holds. Deleting the collection leaves the items.';
create index collection_items_item on public.collection_items (item_id);
create index collection_items_org on public.collection_items (org_id);

create table public.saved_searches (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  request jsonb not null,
  opened_at timestamptz not null default now(),
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  unique (id, org_id),
  foreign key (org_id, user_id) references public.members (org_id, user_id) on delete cascade
);
comment on table public.saved_searches is 'A question and its filters that a member keeps. Nobody else sees it.';
comment on column public.saved_searches.request is 'What POST /api/search takes, without page and cursor.';
comment on column public.saved_searches.opened_at is 'Passages indexed later are new to its owner.';
create unique index saved_searches_name on public.saved_searches (org_id, user_id, lower(name));

create table public.upload_reservations (
  path text primary key check (path like org_id::text || '/uploads/%'),
  org_id uuid not null references public.orgs (id) on delete cascade,
  size_bytes bigint not null check (size_bytes > 0),
  expires_at timestamptz not null default now() + interval '1 day',
  created_at timestamptz not null default now()
);
comment on table public.upload_reservations is 'Room that uploads hold from their announcement until they become an item: several at once never pass the quota together.';
comment on column public.upload_reservations.expires_at is 'As long as an unfinished upload can be gone on with.';
create index upload_reservations_org on public.upload_reservations (org_id);

-- ── Indexes on what is there ────────────────────────────────────────────────────────────────────────────────────────

-- The other orders of the library, each with what makes it a total one. None on updated_at: every step of progress would write it.
create index items_org_title on public.items (org_id, lower(title), id);
create index items_org_duration on public.items (org_id, coalesce(duration_seconds, -1) desc, id desc);
create index items_org_tags on public.items using gin (tags);
-- Who speaks, for filters: read without touching a passage.
create index chunks_speaker on public.chunks (org_id, speaker, item_id) include (number) where speaker is not null;

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

create function private.upload_room(bucket text, path text) returns bigint
language sql stable security definer
set search_path = ''
as $$
  select greatest(0, o.storage_limit_bytes
    - (select coalesce(sum(i.size_bytes), 0) from public.items i where i.org_id = o.id)
    - (select coalesce(sum(r.size_bytes), 0) from public.upload_reservations r
       where r.org_id = o.id and r.path <> upload_room.path and r.expires_at > now())
    - (select coalesce(sum((s.metadata ->> 'size')::bigint), 0) from storage.objects s
       where s.bucket_id = 'media' and s.name like o.id::text || '/uploads/%' and s.name <> upload_room.path
         and not exists (select from public.items i where i.original_path = s.name or i.subtitle_path = s.name)
         and not exists (select from public.upload_reservations r where r.path = s.name and r.expires_at > now())))::bigint
  from public.orgs o
  where upload_room.bucket = 'media' and split_part(upload_room.path, '/', 2) = 'uploads'
    and o.id::text = split_part(upload_room.path, '/', 1) and o.storage_limit_bytes is not null
$$;
comment on function private.upload_room(text, text) is
  'Bytes that an upload to this path may have, other open uploads counted; no row without a limit. The embedded storage asks it while bytes arrive.';
revoke execute on function private.upload_room(text, text) from public;
grant execute on function private.upload_room(text, text) to service_role;

create trigger touch_updated_at before update on public.collections for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.collections, public.collection_items, public.saved_searches, public.upload_reservations from anon, authenticated;
grant all on public.collections, public.collection_items, public.saved_searches, public.upload_reservations to service_role;
grant select, insert, update, delete on public.collections, public.saved_searches to authenticated;
grant select, insert, delete on public.collection_items, public.upload_reservations to authenticated;

alter table public.collections enable row level security;
create policy "members read" on public.collections for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.collections for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.collections for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.collections for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.collection_items enable row level security;
create policy "members read" on public.collection_items for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.collection_items for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.collection_items for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.upload_reservations enable row level security;
create policy "members read" on public.upload_reservations for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.upload_reservations for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.upload_reservations for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.saved_searches enable row level security;
create policy "owners read" on public.saved_searches for select to authenticated
  using (user_id = auth.uid() and org_id in (select private.org_ids('viewer')));
create policy "owners add" on public.saved_searches for insert to authenticated
  with check (user_id = auth.uid() and org_id in (select private.org_ids('viewer')));
create policy "owners change" on public.saved_searches for update to authenticated
  using (user_id = auth.uid() and org_id in (select private.org_ids('viewer')))
  with check (user_id = auth.uid() and org_id in (select private.org_ids('viewer')));
create policy "owners delete" on public.saved_searches for delete to authenticated
  using (user_id = auth.uid() and org_id in (select private.org_ids('viewer')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

create function private.broadcast_collection() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  row public.collections := case when tg_op = 'DELETE' then old else new end;
begin
  perform realtime.send(
    jsonb_build_object('id', row.id, 'name', row.name),
    case tg_op when 'INSERT' then 'collection.created' when 'UPDATE' then 'collection.changed' else 'collection.deleted' end,
    'org:' || row.org_id || ':archive',
    true
  );
  return row;
end $$;
create trigger broadcast_collection after insert or update or delete on public.collections
  for each row execute function private.broadcast_collection();

revoke execute on function private.broadcast_collection() from public;
grant execute on function private.broadcast_collection() to authenticated, service_role;
