-- Platform: organisations, members, invitations, API keys, credentials, catalogue, usage, audit, limits.
-- Runs on Postgres 15 to 18. Supabase's roles, `auth.uid()` and `auth.jwt()` exist before this.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 120),
  storage_limit_bytes bigint check (storage_limit_bytes > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.orgs is 'An organisation: the wall that data never crosses.';
comment on column public.orgs.storage_limit_bytes is 'Quota for stored files; null means the disk is the limit.';

create table public.members (
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  email text not null,
  display_name text,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.members is 'Who belongs to an organisation, and as what. At least one owner remains.';
create index members_user_id on public.members (user_id);

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  email text,
  token_hash text not null unique,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid,
  revoked_at timestamptz,
  -- Whoever is removed leaves no open door behind.
  foreign key (org_id, created_by) references public.members (org_id, user_id) on delete cascade
);
comment on table public.invitations is 'Links that let one person join with a role. Only a SHA-256 of the token is kept.';
create index invitations_org_id on public.invitations (org_id, created_at desc);

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 120),
  prefix text not null,
  hash text not null unique,
  scopes text[] not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  foreign key (org_id, created_by) references public.members (org_id, user_id) on delete cascade
);
comment on table public.api_keys is 'Keys acting for the member who made them, within their scopes. Only a SHA-256 of the key is kept.';
create index api_keys_org_id on public.api_keys (org_id, created_at desc);

create table public.credentials (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null,
  adapter text not null,
  label text not null check (char_length(label) between 1 and 120),
  settings jsonb not null default '{}',
  ciphertext text,
  key_id text,
  position integer not null default 0,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.credentials is 'Connections to outside services, in order of preference per kind. Secrets are AES-256-GCM ciphertext.';
create index credentials_org_kind on public.credentials (org_id, kind, position);

create table public.catalogue (
  kind text not null,
  id text not null,
  label text not null,
  description text not null default '',
  limits jsonb not null default '{}',
  settings_schema jsonb not null default '{}',
  credentials_schema jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (kind, id)
);
comment on table public.catalogue is 'What the running worker can do: its registries, written at start, read by the API and the forms of the web.';

create table public.usage_events (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  kind text not null,
  adapter text,
  quantity double precision not null,
  unit text not null,
  cost_usd numeric(12, 6) not null default 0,
  subject_kind text not null,
  subject_id uuid not null,
  created_at timestamptz not null default now()
);
comment on table public.usage_events is 'Tokens, seconds and prices, with the row that caused them.';
create index usage_events_org on public.usage_events (org_id, created_at desc);

create table public.audit_log (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  actor_kind text not null check (actor_kind in ('user', 'key', 'system')),
  actor_user_id uuid,
  actor_key_id uuid,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  details jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table public.audit_log is 'Who did what to whom: membership, keys, credentials, deletions.';
create index audit_log_org on public.audit_log (org_id, id desc);

create table public.idempotency_keys (
  actor_id uuid not null,
  key text not null check (char_length(key) between 1 and 255),
  request_hash text not null,
  status integer,
  ciphertext text,
  key_id text,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
);
comment on table public.idempotency_keys is 'Answers to writes that carried Idempotency-Key, kept 24 hours; status is null while the first is under way.';
comment on column public.idempotency_keys.actor_id is 'The API key or the user: some writes happen before there is an organisation.';
comment on column public.idempotency_keys.ciphertext is 'Sealed like credentials, because an answer may show a new API key.';
create index idempotency_keys_created_at on public.idempotency_keys (created_at);

create unlogged table public.rate_limits (
  bucket text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null
);
comment on table public.rate_limits is 'Token buckets per key, user and address. Unlogged: losing them in a crash costs nothing.';
create index rate_limits_refilled_at on public.rate_limits (refilled_at);

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

create schema if not exists private;
grant usage on schema private to authenticated, service_role;
comment on schema private is 'Functions for policies and the API. Not exposed over REST.';

create function private.role_rank(role text) returns integer
language sql immutable parallel safe
set search_path = ''
as $$ select case role when 'owner' then 4 when 'admin' then 3 when 'member' then 2 when 'viewer' then 1 else 0 end $$;

-- Security definer, because the policies of members would otherwise ask themselves.
create function private.org_ids(minimum text default 'viewer') returns setof uuid
language sql stable security definer
set search_path = ''
as $$
  select m.org_id
  from public.members m
  where m.user_id = auth.uid()
    and private.role_rank(m.role) >= private.role_rank(minimum)
    and (auth.jwt() ->> 'nexus_org' is null or m.org_id = (auth.jwt() ->> 'nexus_org')::uuid)
$$;
comment on function private.org_ids(text) is 'Organisations in which the caller has at least this role; an API key sees its own only.';

create function private.owner_exists() returns boolean
language sql stable security definer
set search_path = ''
as $$ select exists (select from public.members where role = 'owner') $$;

create function private.found_org(org_name text, user_email text, only_first boolean default false) returns public.orgs
language plpgsql security definer
set search_path = ''
as $$
declare
  founded public.orgs;
begin
  if auth.uid() is null then
    raise exception 'sign in first' using errcode = '28000';
  end if;
  -- One founder at a time, so that "only the first" is true under concurrency.
  perform pg_advisory_xact_lock(hashtext('nexus.found_org'));
  if only_first and private.owner_exists() then
    raise exception 'an owner exists' using errcode = 'NX001';
  end if;
  insert into public.orgs (name) values (org_name) returning * into founded;
  insert into public.members (org_id, user_id, role, email) values (founded.id, auth.uid(), 'owner', user_email);
  return founded;
end $$;

create function private.accept_invitation(hash text, user_email text) returns table (org_id uuid, role text)
language plpgsql security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select * into invitation from public.invitations i where i.token_hash = hash for update;
  if invitation.id is null or invitation.revoked_at is not null or invitation.expires_at < now() then
    raise exception 'no such invitation' using errcode = 'NX002';
  end if;
  if invitation.accepted_at is not null and invitation.accepted_by is distinct from auth.uid() then
    raise exception 'no such invitation' using errcode = 'NX002';
  end if;
  if invitation.email is not null and lower(invitation.email) <> lower(user_email) then
    raise exception 'made for another address' using errcode = 'NX003';
  end if;
  -- Somebody who is in already keeps the role they have.
  insert into public.members as m (org_id, user_id, role, email)
  values (invitation.org_id, auth.uid(), invitation.role, user_email)
  on conflict do nothing;
  update public.invitations i set accepted_at = coalesce(i.accepted_at, now()), accepted_by = auth.uid() where i.id = invitation.id;
  return query select m.org_id, m.role from public.members m where m.org_id = invitation.org_id and m.user_id = auth.uid();
end $$;

create function private.read_invitation(hash text) returns table (org_name text, role text, email text)
language sql stable security definer
set search_path = ''
as $$
  select o.name, i.role, i.email
  from public.invitations i join public.orgs o on o.id = i.org_id
  where i.token_hash = hash and i.revoked_at is null and i.accepted_at is null and i.expires_at > now()
$$;

-- What the API knows of a key before it has an organisation. The last use is written at most once a minute.
create function private.authenticate_key(key_hash text)
returns table (key_id uuid, org_id uuid, org_name text, user_id uuid, role text, scopes text[], email text)
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.api_keys k set last_used_at = now()
  where k.hash = key_hash and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  return query
    select k.id, k.org_id, o.name, k.created_by, m.role, k.scopes, m.email
    from public.api_keys k
    join public.orgs o on o.id = k.org_id
    join public.members m on m.org_id = k.org_id and m.user_id = k.created_by
    where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end $$;

-- Token bucket: returns 0 when the request may pass, else the seconds until it may.
create function private.take_token(bucket_name text, capacity double precision, per_second double precision) returns double precision
language plpgsql security definer
set search_path = ''
as $$
declare
  remaining double precision;
begin
  insert into public.rate_limits as r (bucket, tokens, refilled_at)
  values (bucket_name, capacity - 1, clock_timestamp())
  on conflict (bucket) do update
    set tokens = least(capacity, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.refilled_at)) * per_second)
               - case when least(capacity, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.refilled_at)) * per_second) >= 1 then 1 else 0 end,
        refilled_at = clock_timestamp()
    where least(capacity, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.refilled_at)) * per_second) >= 1
  returning r.tokens into remaining;
  if remaining is not null then
    return 0;
  end if;
  select greatest(0.001, (1 - least(capacity, r.tokens + greatest(0, extract(epoch from clock_timestamp() - r.refilled_at)) * per_second)) / per_second)
    into remaining from public.rate_limits r where r.bucket = bucket_name;
  return coalesce(remaining, 0);
end $$;

create function private.keep_an_owner() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if old.role = 'owner' and (tg_op = 'DELETE' or new.role <> 'owner') then
    -- Two owners who leave at the same moment wait for each other here. When the organisation itself goes, its row is gone.
    perform from public.orgs o where o.id = old.org_id for update;
    if found and not exists (
      select from public.members m where m.org_id = old.org_id and m.role = 'owner' and m.user_id <> old.user_id
    ) then
      raise exception 'the last owner stays' using errcode = 'NX004';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger keep_an_owner before update or delete on public.members for each row execute function private.keep_an_owner();

-- Answers older than a day and buckets that are full again.
create function private.sweep_requests() returns void
language sql security definer
set search_path = ''
as $$
  delete from public.idempotency_keys where created_at < now() - interval '24 hours';
  delete from public.rate_limits where refilled_at < now() - interval '1 hour';
$$;

create function private.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$ begin new.updated_at = now(); return new; end $$;
create trigger touch_updated_at before update on public.orgs for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.credentials for each row execute function private.touch_updated_at();

revoke execute on all functions in schema private from public;
grant execute on function private.role_rank(text), private.org_ids(text), private.owner_exists(), private.found_org(text, text, boolean),
  private.accept_invitation(text, text), private.touch_updated_at(), private.keep_an_owner() to authenticated, service_role;
grant execute on function private.org_ids(text), private.role_rank(text) to anon;
grant usage on schema private to anon;
grant execute on function private.authenticate_key(text), private.take_token(text, double precision, double precision),
  private.read_invitation(text), private.sweep_requests() to service_role;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.orgs, public.members, public.invitations, public.api_keys, public.credentials, public.catalogue,
  public.usage_events, public.audit_log, public.idempotency_keys, public.rate_limits from anon, authenticated;
grant all on public.orgs, public.members, public.invitations, public.api_keys, public.credentials, public.catalogue,
  public.usage_events, public.audit_log, public.idempotency_keys, public.rate_limits to service_role;

alter table public.orgs enable row level security;
grant select, delete on public.orgs to authenticated;
grant update (name) on public.orgs to authenticated;
create policy "members see their organisations" on public.orgs for select to authenticated using (id in (select private.org_ids('viewer')));
create policy "admins rename" on public.orgs for update to authenticated
  using (id in (select private.org_ids('admin'))) with check (id in (select private.org_ids('admin')));
create policy "owners delete" on public.orgs for delete to authenticated using (id in (select private.org_ids('owner')));

alter table public.members enable row level security;
grant select, delete on public.members to authenticated;
grant update (role, display_name) on public.members to authenticated;
create policy "members see each other" on public.members for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "admins change roles below owner" on public.members for update to authenticated
  using (org_id in (select private.org_ids('owner')) or (role <> 'owner' and org_id in (select private.org_ids('admin'))))
  with check (org_id in (select private.org_ids('owner')) or (role <> 'owner' and org_id in (select private.org_ids('admin'))));
create policy "admins remove, everyone may leave" on public.members for delete to authenticated
  using (
    (user_id = auth.uid() and org_id in (select private.org_ids('viewer')))
    or org_id in (select private.org_ids('owner'))
    or (role <> 'owner' and org_id in (select private.org_ids('admin')))
  );

alter table public.invitations enable row level security;
grant select (id, org_id, role, email, created_by, created_at, expires_at, accepted_at, accepted_by, revoked_at), insert on public.invitations
  to authenticated;
grant update (revoked_at) on public.invitations to authenticated;
create policy "admins see invitations" on public.invitations for select to authenticated using (org_id in (select private.org_ids('admin')));
create policy "admins invite" on public.invitations for insert to authenticated
  with check (
    created_by = auth.uid()
    and (org_id in (select private.org_ids('owner')) or (role <> 'owner' and org_id in (select private.org_ids('admin'))))
  );
create policy "admins revoke" on public.invitations for update to authenticated
  using (org_id in (select private.org_ids('admin'))) with check (org_id in (select private.org_ids('admin')));

alter table public.api_keys enable row level security;
grant select (id, org_id, name, prefix, scopes, created_by, created_at, expires_at, last_used_at, revoked_at), insert on public.api_keys to authenticated;
grant update (name, revoked_at) on public.api_keys to authenticated;
create policy "own keys, admins all" on public.api_keys for select to authenticated
  using ((created_by = auth.uid() and org_id in (select private.org_ids('viewer'))) or org_id in (select private.org_ids('admin')));
create policy "everyone makes own keys" on public.api_keys for insert to authenticated
  with check (created_by = auth.uid() and org_id in (select private.org_ids('viewer')));
create policy "own keys are revoked, admins revoke all" on public.api_keys for update to authenticated
  using ((created_by = auth.uid() and org_id in (select private.org_ids('viewer'))) or org_id in (select private.org_ids('admin')))
  with check ((created_by = auth.uid() and org_id in (select private.org_ids('viewer'))) or org_id in (select private.org_ids('admin')));

alter table public.credentials enable row level security;
grant select (id, org_id, kind, adapter, label, settings, key_id, position, enabled, created_at, updated_at), insert, update, delete
  on public.credentials to authenticated;
create policy "admins keep credentials" on public.credentials for all to authenticated
  using (org_id in (select private.org_ids('admin'))) with check (org_id in (select private.org_ids('admin')));

alter table public.catalogue enable row level security;
grant select on public.catalogue to authenticated;
create policy "everyone signed in reads" on public.catalogue for select to authenticated using (true);

alter table public.usage_events enable row level security;
grant select on public.usage_events to authenticated;
create policy "members see what is used" on public.usage_events for select to authenticated using (org_id in (select private.org_ids('viewer')));

alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated;
grant insert (org_id, actor_kind, actor_user_id, actor_key_id, action, subject_kind, subject_id, details) on public.audit_log to authenticated;
create policy "admins read" on public.audit_log for select to authenticated using (org_id in (select private.org_ids('admin')));
create policy "acts are written by who did them" on public.audit_log for insert to authenticated
  with check (
    org_id in (select private.org_ids('viewer'))
    and actor_user_id = auth.uid()
    and actor_key_id is not distinct from (auth.jwt() ->> 'nexus_key')::uuid
    and actor_kind = case when auth.jwt() ? 'nexus_key' then 'key' else 'user' end
  );

alter table public.idempotency_keys enable row level security;
alter table public.rate_limits enable row level security;

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Topics are `org:<org id>:<capability>`. Members listen; only the database speaks.
create policy "members follow their organisation" on realtime.messages for select to authenticated
  using (
    extension = 'broadcast'
    and realtime.topic() like 'org:%'
    and split_part(realtime.topic(), ':', 2) in (select private.org_ids('viewer')::text)
  );
