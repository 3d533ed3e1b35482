-- Archive, links: the same link is the same item, and what its page says of itself.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

alter table public.items add column link_key text;
alter table public.items add column description text;
comment on column public.items.link_key is 'The address in one spelling: what two links to the same thing share. Null for what did not come by link.';
comment on column public.items.description is 'What its source says of it, in its own words.';

create table public.item_links (
  org_id uuid not null references public.orgs (id) on delete cascade,
  link_key text not null,
  item_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, link_key),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.item_links is 'Further addresses of an item, known once it was fetched: where redirects led, and extractor:id of a recording.';
create index item_links_item on public.item_links (item_id);

-- Two requests at the same moment make one item.
create unique index items_link_key on public.items (org_id, link_key);

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.item_links from anon, authenticated;
grant all on public.item_links to service_role;
grant select on public.item_links to authenticated;

alter table public.item_links enable row level security;
create policy "members read" on public.item_links for select to authenticated using (org_id in (select private.org_ids('viewer')));
