-- Archive: sound that a browser records and sends in chunks while it records.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table public.items drop constraint items_source_check;
alter table public.items add constraint items_source_check check (source in ('file', 'url', 'text', 'recording'));

create table public.recordings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  created_by uuid not null,
  state text not null default 'recording' check (state in ('recording', 'finishing', 'done')),
  mime_type text not null,
  name text not null check (char_length(name) between 1 and 500),
  title text check (char_length(title) between 1 and 500),
  language text,
  next_sequence integer not null default 0,
  size_bytes bigint not null default 0,
  recorded_seconds double precision not null default 0,
  max_seconds integer not null,
  interrupted boolean not null default false,
  is_open boolean not null default true,
  item_id uuid,
  last_seen_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.recordings is 'A recording under way, and what became of it. Its chunks are objects of the bucket media: <org>/recordings/<id>/<sequence>.';
comment on column public.recordings.name is 'The title as long as nobody gives one.';
comment on column public.recordings.next_sequence is 'Chunks 0 to this less one are stored.';
comment on column public.recordings.recorded_seconds is 'Sound up to the end of the last chunk, as the browser counted it, pauses left out.';
comment on column public.recordings.interrupted is 'Nobody pressed stop: its browser fell silent, or said that it had been cut off.';
comment on column public.recordings.is_open is 'Its browser has not said that all is sent: chunks are kept, and more of them make it longer, even when it is an item.';
comment on column public.recordings.last_seen_at is 'When its browser last sent something. Unfinished ones that fall silent are finished by the worker.';
create index recordings_org on public.recordings (org_id);
create unique index recordings_item on public.recordings (item_id);
create index recordings_unfinished on public.recordings (last_seen_at) where state <> 'done';

create trigger touch_updated_at before update on public.recordings for each row execute function private.touch_updated_at();

-- Security definer, because the room of an organisation counts what its other members are recording.
create function private.recording_bytes(of_org uuid) returns bigint
language sql stable security definer
set search_path = ''
as $$
  select coalesce(sum(size_bytes), 0)::bigint from public.recordings where org_id = of_org and item_id is null
$$;
comment on function private.recording_bytes(uuid) is 'Bytes of recordings that are no item yet, whoever records them.';
revoke execute on function private.recording_bytes(uuid) from public;
grant execute on function private.recording_bytes(uuid) to authenticated, service_role;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.recordings from anon, authenticated;
grant all on public.recordings to service_role;
grant select, insert, update, delete on public.recordings to authenticated;

-- Until it is an item, a recording is its maker's alone.
alter table public.recordings enable row level security;
create policy "makers read" on public.recordings for select to authenticated
  using (created_by = (select auth.uid()) and org_id in (select private.org_ids('viewer')));
create policy "makers add" on public.recordings for insert to authenticated
  with check (created_by = (select auth.uid()) and org_id in (select private.org_ids('member')));
create policy "makers change" on public.recordings for update to authenticated
  using (created_by = (select auth.uid()) and org_id in (select private.org_ids('member')))
  with check (created_by = (select auth.uid()) and org_id in (select private.org_ids('member')));
create policy "makers delete" on public.recordings for delete to authenticated
  using (created_by = (select auth.uid()) and org_id in (select private.org_ids('member')));

-- ── Storage ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create policy "chunks of recordings are read by the service alone" on storage.objects as restrictive for select to authenticated
  using (bucket_id <> 'media' or (storage.foldername(name))[2] is distinct from 'recordings');
