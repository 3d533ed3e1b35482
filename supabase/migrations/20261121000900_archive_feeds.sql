-- Archive: feeds that are followed, and which of their episodes were taken.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.feeds (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  url text not null check (char_length(url) between 8 and 4096),
  title text check (char_length(title) between 1 and 500),
  title_given boolean not null default false,
  site_url text,
  keep_last integer not null default 5 check (keep_last between 1 and 100),
  cron text not null,
  time_zone text not null default 'UTC',
  is_paused boolean not null default false,
  state text not null default 'new' check (state in ('new', 'good', 'failed')),
  problem jsonb,
  failures integer not null default 0,
  etag text,
  last_modified text,
  checked_at timestamptz,
  next_check_at timestamptz not null default now(),
  created_by uuid,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  updated_at timestamptz not null default now(),
  unique (org_id, url),
  unique (id, org_id)
);
comment on table public.feeds is 'A podcast or news feed that is followed: its newest entries become items by themselves.';
comment on column public.feeds.keep_last is 'How many entries back a check looks: older ones are never taken.';
comment on column public.feeds.cron is 'When it is checked, in time_zone (IANA).';
comment on column public.feeds.problem is '{code, detail}: why the last check failed, in words for its user.';
comment on column public.feeds.failures is 'Checks that failed in a row.';
comment on column public.feeds.etag is 'With last_modified, what a server needs to say that nothing is new (RFC 9110, 13.1).';
create index feeds_due on public.feeds (next_check_at) where not is_paused;

create table public.feed_episodes (
  feed_id uuid not null,
  guid text not null check (char_length(guid) between 1 and 4096),
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid,
  is_taken boolean not null default false,
  title text,
  url text not null,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (feed_id, guid),
  -- Both, so that no row hangs on another organisation's feed or item.
  foreign key (feed_id, org_id) references public.feeds (id, org_id) on delete cascade,
  foreign key (item_id, org_id) references public.items (id, org_id) on delete set null (item_id)
);
comment on table public.feed_episodes is 'Entries that were seen. One whose item was deleted stays here, so that it does not come back.';
comment on column public.feed_episodes.is_taken is 'Its item was made. False for a moment, or after a crash in between: the next check goes on.';
create index feed_episodes_org on public.feed_episodes (org_id);
create index feed_episodes_item on public.feed_episodes (item_id);

create trigger touch_updated_at before update on public.feeds for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.feeds, public.feed_episodes from anon, authenticated;
grant all on public.feeds, public.feed_episodes to service_role;
grant select, insert, update, delete on public.feeds to authenticated;
grant select on public.feed_episodes to authenticated;

alter table public.feeds enable row level security;
create policy "members read" on public.feeds for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.feeds for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.feeds for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.feeds for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.feed_episodes enable row level security;
create policy "members read" on public.feed_episodes for select to authenticated using (org_id in (select private.org_ids('viewer')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

create function private.broadcast_feed() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('id', coalesce(new.id, old.id)),
    case tg_op when 'INSERT' then 'feed.created' when 'DELETE' then 'feed.deleted' else 'feed.changed' end,
    'org:' || coalesce(new.org_id, old.org_id) || ':archive',
    true
  );
  return null;
end $$;
create trigger broadcast_feed after insert or update or delete on public.feeds for each row execute function private.broadcast_feed();
revoke execute on function private.broadcast_feed() from public;
grant execute on function private.broadcast_feed() to authenticated, service_role;
