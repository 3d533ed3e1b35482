-- Archive, speech: who speaks in recordings, the words transcribers should know, and what each run of one used.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.speakers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 120),
  colour smallint not null default 0 check (colour between 0 and 7),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, org_id)
);
comment on table public.speakers is 'People who speak in an organisation''s recordings, under the names its members gave them.';
comment on column public.speakers.colour is 'Which of the eight colours of speakers is theirs, where nobody else on the page has it.';
-- One name, one person: whoever is called like somebody known is that person until told apart by name.
create unique index speakers_name on public.speakers (org_id, lower(name));

create table public.item_speakers (
  item_id uuid not null,
  label text not null,
  org_id uuid not null references public.orgs (id) on delete cascade,
  speaker_id uuid,
  name text check (char_length(name) between 1 and 120),
  seconds double precision not null default 0,
  recognised boolean not null default false,
  voice_model text,
  voice real[],
  primary key (item_id, label),
  -- Both, so that no row hangs on another organisation's item or person.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade,
  foreign key (speaker_id, org_id) references public.speakers (id, org_id) on delete set null (speaker_id)
);
comment on table public.item_speakers is 'The voices of an item. A label is what its transcript calls one; the person, else the name, is what is shown for it.';
comment on column public.item_speakers.name is 'For this item alone: set when voices that nobody has named are merged.';
comment on column public.item_speakers.seconds is 'How long this voice speaks in the newest transcript.';
comment on column public.item_speakers.recognised is 'Linked because the voice was known, not by a person.';
comment on column public.item_speakers.voice is 'Voice print, kept only where the organisation asked to recognise voices.';
create index item_speakers_speaker on public.item_speakers (speaker_id);
create index item_speakers_org on public.item_speakers (org_id);

create table public.speaker_voices (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  speaker_id uuid not null,
  item_id uuid not null,
  label text not null,
  model text not null,
  vector real[] not null,
  seconds double precision not null,
  created_at timestamptz not null default now(),
  unique (speaker_id, item_id, label),
  -- A print goes with its person and with the recording it was made from.
  foreign key (speaker_id, org_id) references public.speakers (id, org_id) on delete cascade,
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.speaker_voices is 'Voice prints by which a person is known again in the next recording. Only where the organisation asked for it.';
create index speaker_voices_org on public.speaker_voices (org_id, model);
create index speaker_voices_item on public.speaker_voices (item_id);

create table public.speech_settings (
  org_id uuid primary key references public.orgs (id) on delete cascade,
  recognises_voices boolean not null default false,
  updated_at timestamptz not null default now()
);
comment on table public.speech_settings is 'How an organisation wants its recordings heard. No row means the defaults.';
comment on column public.speech_settings.recognises_voices is 'Voice prints are made and compared. Off until an administrator says that those who speak agree.';

create table public.vocabulary (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  term text not null check (char_length(term) between 1 and 80),
  created_by uuid,
  created_at timestamptz not null default now()
);
comment on table public.vocabulary is 'Names and words that transcribers are told to expect.';
create unique index vocabulary_term on public.vocabulary (org_id, lower(term));

create table public.transcript_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null,
  transcript_id uuid references public.transcripts (id) on delete set null,
  adapter text not null,
  label text not null,
  model text,
  language text,
  outcome text not null check (outcome in ('done', 'passed-over', 'failed', 'canceled')),
  problem jsonb,
  sound_seconds double precision not null default 0,
  compute_seconds double precision not null default 0,
  cost_usd numeric(12, 6),
  started_at timestamptz not null,
  finished_at timestamptz not null,
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.transcript_runs is 'Each try of a transcriber at an item: what it used, how it ended, how long it took and what it cost.';
comment on column public.transcript_runs.sound_seconds is 'Of sound worked on; silence that was skipped does not count.';
comment on column public.transcript_runs.cost_usd is 'By the price a minute that the connection states; null without one.';
create index transcript_runs_item on public.transcript_runs (item_id, started_at);
create index transcript_runs_org on public.transcript_runs (org_id);

create trigger touch_updated_at before update on public.speakers for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.speech_settings for each row execute function private.touch_updated_at();

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.speakers, public.item_speakers, public.speaker_voices, public.speech_settings, public.vocabulary,
  public.transcript_runs from anon, authenticated;
grant all on public.speakers, public.item_speakers, public.speaker_voices, public.speech_settings, public.vocabulary,
  public.transcript_runs to service_role;
grant select, insert, update, delete on public.speakers to authenticated;
-- Voice prints say more of a person than a name: members see that there are some and remove them, the service alone reads them.
grant select (item_id, label, org_id, speaker_id, name, seconds, recognised, voice_model) on public.item_speakers to authenticated;
grant insert (item_id, label, org_id, speaker_id, name), update (speaker_id, name, recognised, voice_model, voice)
  on public.item_speakers to authenticated;
grant select (id, org_id, speaker_id, item_id, label, model, seconds, created_at), update (speaker_id), delete
  on public.speaker_voices to authenticated;
grant select, insert, update on public.speech_settings to authenticated;
grant select, insert, delete on public.vocabulary to authenticated;
grant select on public.transcript_runs to authenticated;

alter table public.speakers enable row level security;
create policy "members read" on public.speakers for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.speakers for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.speakers for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.speakers for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.item_speakers enable row level security;
create policy "members read" on public.item_speakers for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.item_speakers for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.item_speakers for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));

alter table public.speaker_voices enable row level security;
create policy "members read" on public.speaker_voices for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members change" on public.speaker_voices for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.speaker_voices for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.speech_settings enable row level security;
create policy "members read" on public.speech_settings for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "admins add" on public.speech_settings for insert to authenticated with check (org_id in (select private.org_ids('admin')));
create policy "admins change" on public.speech_settings for update to authenticated
  using (org_id in (select private.org_ids('admin'))) with check (org_id in (select private.org_ids('admin')));

alter table public.vocabulary enable row level security;
create policy "members read" on public.vocabulary for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.vocabulary for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members delete" on public.vocabulary for delete to authenticated using (org_id in (select private.org_ids('member')));

alter table public.transcript_runs enable row level security;
create policy "members read" on public.transcript_runs for select to authenticated using (org_id in (select private.org_ids('viewer')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Names stand in every line of a transcript, so a page that shows one asks for them again.
create function private.broadcast_item_speakers() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('itemId', new.item_id), 'speakers.changed', 'org:' || new.org_id || ':archive', true);
  return new;
end $$;
create trigger broadcast_item_speakers after insert or update of speaker_id, name on public.item_speakers for each row execute function private.broadcast_item_speakers();

create function private.broadcast_speaker_name() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('itemId', i.item_id), 'speakers.changed', 'org:' || new.org_id || ':archive', true)
    from (select distinct s.item_id from public.item_speakers s where s.speaker_id = new.id limit 500) i;
  return new;
end $$;
create trigger broadcast_speaker_name after update on public.speakers for each row
  when (old.name is distinct from new.name) execute function private.broadcast_speaker_name();
revoke execute on function private.broadcast_item_speakers(), private.broadcast_speaker_name() from public;
grant execute on function private.broadcast_item_speakers(), private.broadcast_speaker_name() to authenticated, service_role;
