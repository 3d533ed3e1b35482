-- Assistant: conversations with the archive, their messages, and the places that answers rest on.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.chats (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  user_id uuid not null default auth.uid(),
  title text not null check (char_length(title) between 1 and 200),
  title_given boolean not null default false,
  scope jsonb not null default '{}',
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  asked_at timestamptz not null default date_trunc('milliseconds', now()),
  unique (id, org_id),
  -- Whoever leaves the organisation takes their conversations along.
  foreign key (org_id, user_id) references public.members (org_id, user_id) on delete cascade
);
comment on table public.chats is 'A conversation of one member with the archive. Others of the organisation read it when it is shared.';
comment on column public.chats.scope is 'What it asks: {itemId}, {collectionId}, {tags}, or {} for everything.';
comment on column public.chats.title_given is 'A person gave the title: the first question does not replace it.';
comment on column public.chats.asked_at is 'The last question, in whole milliseconds: cursors carry it through clients that know no finer time.';
create index chats_user on public.chats (org_id, user_id, asked_at desc, id desc);
create index chats_shared on public.chats (org_id, asked_at desc, id desc) where shared;

create table public.messages (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  chat_id uuid not null,
  position integer not null,
  version smallint not null default 1,
  role text not null check (role in ('user', 'assistant')),
  text text not null default '',
  state text not null default 'done' check (state in ('streaming', 'done', 'stopped', 'failed')),
  model text,
  is_found boolean,
  queries text[] not null default '{}',
  passage_count integer not null default 0,
  unbacked integer[] not null default '{}',
  input_tokens integer,
  output_tokens integer,
  cost_usd numeric(12, 6),
  warning text,
  problem jsonb,
  alive_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  unique (id, org_id),
  unique (chat_id, position, version),
  -- Both, so that no row hangs on another organisation's chat.
  foreign key (chat_id, org_id) references public.chats (id, org_id) on delete cascade
);
comment on table public.messages is 'Questions and answers in order. An answer given anew is another version at the same position; the highest is shown first.';
comment on column public.messages.is_found is 'Whether the archive held an answer; null for questions and for answers that did not come so far.';
comment on column public.messages.unbacked is 'Where in text (UTF-16 units) statements end that no passage backs.';
comment on column public.messages.alive_at is 'While it is streaming: the last sign of the process that writes it.';
create index messages_org on public.messages (org_id);

create table public.citations (
  message_id uuid not null,
  n smallint not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid,
  title text not null,
  kind text not null,
  passage text not null,
  quote text not null,
  speaker text,
  start_seconds double precision,
  paragraph integer,
  checked text not null check (checked in ('quote', 'statement')),
  primary key (message_id, n),
  -- Both, so that no row hangs on another organisation's message or item.
  foreign key (message_id, org_id) references public.messages (id, org_id) on delete cascade,
  foreign key (item_id, org_id) references public.items (id, org_id) on delete set null (item_id)
);
comment on table public.citations is 'What [n] in an answer stands for: the quoted words, which code has found in the passage, and where they are said.';
comment on column public.citations.passage is 'A copy: the passage may be indexed anew, or go.';
comment on column public.citations.checked is 'quote: the quoted words stand in the passage. statement: the statement''s own words do.';
create index citations_item on public.citations (item_id);
create index citations_org on public.citations (org_id);

-- ── Functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- Members may not write what was used; their own answers are counted through this alone, once each.
create function private.count_answer(message uuid) returns void
language sql security definer
set search_path = ''
as $$
  insert into public.usage_events (org_id, kind, adapter, quantity, unit, cost_usd, subject_kind, subject_id)
  select m.org_id, 'chat', m.model, coalesce(m.input_tokens, 0) + coalesce(m.output_tokens, 0), 'tokens', coalesce(m.cost_usd, 0), 'message', m.id
  from public.messages m join public.chats c on c.id = m.chat_id
  where m.id = message and c.user_id = auth.uid() and coalesce(m.input_tokens, 0) + coalesce(m.output_tokens, 0) > 0
    and not exists (select from public.usage_events u where u.subject_kind = 'message' and u.subject_id = m.id and u.org_id = m.org_id)
$$;
revoke execute on function private.count_answer(uuid) from public;
grant execute on function private.count_answer(uuid) to authenticated, service_role;

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.chats, public.messages, public.citations from anon, authenticated;
grant all on public.chats, public.messages, public.citations to service_role;
grant select, insert, delete on public.chats to authenticated;
grant update (title, title_given, shared, asked_at) on public.chats to authenticated;
grant select, insert on public.messages, public.citations to authenticated;
grant update (text, state, model, is_found, queries, passage_count, unbacked, input_tokens, output_tokens, cost_usd, warning, problem, alive_at)
  on public.messages to authenticated;

alter table public.chats enable row level security;
create policy "owners read, and all what is shared" on public.chats for select to authenticated
  using ((user_id = auth.uid() or shared) and org_id in (select private.org_ids('viewer')));
create policy "members ask" on public.chats for insert to authenticated
  with check (user_id = auth.uid() and org_id in (select private.org_ids('member')));
create policy "owners change" on public.chats for update to authenticated
  using (user_id = auth.uid() and org_id in (select private.org_ids('member')))
  with check (user_id = auth.uid() and org_id in (select private.org_ids('member')));
create policy "owners delete" on public.chats for delete to authenticated
  using (user_id = auth.uid() and org_id in (select private.org_ids('viewer')));

-- The policies of chats decide in each of these: a chat that the caller cannot see is not there.
alter table public.messages enable row level security;
create policy "as their chat" on public.messages for select to authenticated
  using (org_id in (select private.org_ids('viewer')) and chat_id in (select c.id from public.chats c));
create policy "owners write" on public.messages for insert to authenticated
  with check (org_id in (select private.org_ids('member')) and chat_id in (select c.id from public.chats c where c.user_id = auth.uid()));
create policy "owners change" on public.messages for update to authenticated
  using (org_id in (select private.org_ids('member')) and chat_id in (select c.id from public.chats c where c.user_id = auth.uid()))
  with check (org_id in (select private.org_ids('member')) and chat_id in (select c.id from public.chats c where c.user_id = auth.uid()));

alter table public.citations enable row level security;
create policy "as their message" on public.citations for select to authenticated
  using (org_id in (select private.org_ids('viewer')) and message_id in (select m.id from public.messages m));
create policy "owners write" on public.citations for insert to authenticated
  with check (
    org_id in (select private.org_ids('member'))
    and message_id in (select m.id from public.messages m join public.chats c on c.id = m.chat_id where c.user_id = auth.uid())
  );
