-- Archive, duplicates: what an item is a copy of, which recordings sound alike and what was decided about them.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table public.items add column duplicate_of uuid;
-- Only the column: the organisation stays. `archive.delete-item` lets the copies go on before the original goes.
alter table public.items add constraint items_duplicate_of foreign key (duplicate_of, org_id)
  references public.items (id, org_id) on delete set null (duplicate_of);
comment on column public.items.duplicate_of is 'The item that holds the same recording or file. Set exactly while the status is duplicate.';
create index items_duplicate_of on public.items (duplicate_of, org_id) where duplicate_of is not null;
create index items_sha256 on public.items (org_id, sha256) where sha256 is not null;

create table public.fingerprint_keys (
  item_id uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  keys integer[] not null,
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.fingerprint_keys is
  'What recordings that sound alike have in common: 128 to 256 keys of a short recording, one in 32 hashes of a long one. Keys of two organisations differ for the same sound.';
-- Kept out of the rows and as they are: they do not compress, and finding candidates reads the ids alone.
alter table public.fingerprint_keys alter column keys set storage external;
alter table public.fingerprint_keys set (toast_tuple_target = 128);
create index fingerprint_keys_org on public.fingerprint_keys (org_id);
-- Without the list of pending entries, which every look-up would read from end to end.
create index fingerprint_keys_keys on public.fingerprint_keys using gin (keys) with (fastupdate = off);

create table public.duplicate_pairs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  first_id uuid not null,
  second_id uuid not null,
  relation text not null check (relation in ('same', 'maybe', 'contains', 'excerpt', 'overlap')),
  found_by text not null check (found_by in ('file', 'sound')),
  bit_error_rate real,
  first_share real,
  second_share real,
  first_start_seconds double precision,
  second_start_seconds double precision,
  length_seconds double precision,
  verdict text check (verdict in ('same', 'related', 'different')),
  status_before text,
  decided_by uuid,
  decided_at timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  unique (first_id, second_id),
  check (first_id < second_id),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (first_id, org_id) references public.items (id, org_id) on delete cascade,
  foreign key (second_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.duplicate_pairs is 'Two items that hold the same sound or file, in the order of their ids, and what was decided about them, for good.';
comment on column public.duplicate_pairs.relation is 'Of the first to the second: contains is the longer one, excerpt the shorter, overlap shares a part; maybe sounds like the same, but not as surely.';
comment on column public.duplicate_pairs.first_share is 'Share of the sound of the first that the second has too, 0 to 1.';
comment on column public.duplicate_pairs.length_seconds is 'Of the stretch that both share, from first_start_seconds and second_start_seconds on.';
comment on column public.duplicate_pairs.verdict is 'Null is an open question. A machine''s verdict is "same" alone, and then decided_by is null.';
comment on column public.duplicate_pairs.status_before is 'Of the item that "same" made a duplicate: what "undo" gives back.';
create index duplicate_pairs_open on public.duplicate_pairs (org_id, created_at desc, id desc) where verdict is null;
create index duplicate_pairs_second on public.duplicate_pairs (second_id);
create index duplicate_pairs_org on public.duplicate_pairs (org_id);

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- Items that share most keys with the given ones. A key that 200 items have says nothing: it is a pause or a hum. Looking up
-- key by key counts what they share without reading their arrays; the planner would read the whole table instead.
create function private.fingerprint_candidates(org uuid, sample integer[], most integer)
returns table (item_id uuid, shared bigint)
language sql stable
set search_path = '' set enable_seqscan = off
as $$
  select hit.item_id, count(*)
  from (
    select f.item_id, count(*) over (partition by k.key) as spread
    from unnest(sample) as k (key)
    cross join lateral (
      select found.item_id from public.fingerprint_keys found
      where found.keys operator(pg_catalog.@>) array[k.key] and found.org_id = org
      limit 200
    ) f
  ) hit
  where hit.spread < 200
  group by hit.item_id
  having count(*) >= 2
  order by count(*) desc, hit.item_id
  limit most
$$;
revoke execute on function private.fingerprint_candidates(uuid, integer[], integer) from public;
grant execute on function private.fingerprint_candidates(uuid, integer[], integer) to service_role;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.fingerprint_keys, public.duplicate_pairs from anon, authenticated;
grant all on public.fingerprint_keys, public.duplicate_pairs to service_role;
grant select on public.fingerprint_keys to authenticated;
grant select, insert, update, delete on public.duplicate_pairs to authenticated;

alter table public.fingerprint_keys enable row level security;
create policy "members read" on public.fingerprint_keys for select to authenticated using (org_id in (select private.org_ids('viewer')));

alter table public.duplicate_pairs enable row level security;
create policy "members read" on public.duplicate_pairs for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.duplicate_pairs for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.duplicate_pairs for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.duplicate_pairs for delete to authenticated using (org_id in (select private.org_ids('member')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Only that something changed: the page asks for the pair with both its items.
create function private.broadcast_duplicate_pair() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('id', coalesce(new.id, old.id), 'isOpen', tg_op <> 'DELETE' and new.verdict is null),
    'duplicate.changed',
    'org:' || coalesce(new.org_id, old.org_id) || ':archive',
    true
  );
  return null;
end $$;
create trigger broadcast_duplicate_pair after insert or update or delete on public.duplicate_pairs
  for each row execute function private.broadcast_duplicate_pair();
revoke execute on function private.broadcast_duplicate_pair() from public;
grant execute on function private.broadcast_duplicate_pair() to authenticated, service_role;
