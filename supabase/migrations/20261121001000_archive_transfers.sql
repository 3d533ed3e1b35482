-- Archive: exports of everything, and imports of such an export or of an earlier Nexus.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.transfers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null check (kind in ('export', 'import')),
  state text not null default 'queued' check (state in ('queued', 'working', 'done', 'failed')),
  attempt integer not null default 0,
  failures integer not null default 0,
  with_media boolean not null default true,
  format text check (format in ('nexus', 'earlier-nexus')),
  name text check (char_length(name) between 1 and 500),
  path text,
  parts jsonb not null default '[]',
  total integer,
  finished integer not null default 0,
  problem jsonb,
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (id, org_id),
  -- The service signs and reads these paths with its own key.
  constraint own_file check (path is null or path like org_id::text || '/uploads/%')
);
comment on table public.transfers is 'An archive on its way out or in. Files of an export live in the bucket media under <org>/exports/<id>/ for a week.';
comment on column public.transfers.attempt is 'Counted when work begins: only the newest attempt may write.';
comment on column public.transfers.failures is 'Problems that may pass. After five of them it has failed.';
comment on column public.transfers.name is 'Of the file that was given.';
comment on column public.transfers.parts is '[{path, sizeBytes}]: the files of an export, in order.';
comment on column public.transfers.finished is 'Items that are through, of total.';
create index transfers_org on public.transfers (org_id, created_at desc);
create unique index transfers_path on public.transfers (path);

create table public.transfer_entries (
  transfer_id uuid not null,
  key text not null check (char_length(key) between 1 and 200),
  org_id uuid not null references public.orgs (id) on delete cascade,
  title text not null,
  state text not null default 'begun' check (state in ('begun', 'done', 'here', 'failed')),
  item_id uuid not null,
  problem jsonb,
  primary key (transfer_id, key),
  -- Both, so that no row hangs on another organisation's import.
  foreign key (transfer_id, org_id) references public.transfers (id, org_id) on delete cascade
);
comment on table public.transfer_entries is 'What became of each item of an import: what is through is not done again.';
comment on column public.transfer_entries.key is 'What the file calls the item.';
comment on column public.transfer_entries.item_id is 'Here. Chosen before its files are stored, so that an attempt after a crash writes over them. Not a reference: the item may be deleted.';
create index transfer_entries_org on public.transfer_entries (org_id);

create trigger touch_updated_at before update on public.transfers for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.transfers, public.transfer_entries from anon, authenticated;
grant all on public.transfers, public.transfer_entries to service_role;
grant select, insert, delete on public.transfers to authenticated;
grant select on public.transfer_entries to authenticated;

alter table public.transfers enable row level security;
create policy "members read" on public.transfers for select to authenticated using (org_id in (select private.org_ids('member')));
create policy "members add" on public.transfers for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.transfers for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.transfer_entries enable row level security;
create policy "members read" on public.transfer_entries for select to authenticated using (org_id in (select private.org_ids('member')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

create function private.broadcast_transfer() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('id', new.id, 'state', new.state, 'finished', new.finished, 'total', new.total),
    'transfer.changed',
    'org:' || new.org_id || ':archive',
    true
  );
  return null;
end $$;
create trigger broadcast_transfer after insert or update on public.transfers for each row execute function private.broadcast_transfer();
revoke execute on function private.broadcast_transfer() from public;
grant execute on function private.broadcast_transfer() to authenticated, service_role;
