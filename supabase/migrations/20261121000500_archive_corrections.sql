-- Archive: what people corrected in transcripts, laid over the machine's words.

-- ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create table public.segment_corrections (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity unique,
  org_id uuid not null references public.orgs (id) on delete cascade,
  item_id uuid not null,
  transcript_id uuid not null,
  position integer not null,
  start_seconds double precision,
  end_seconds double precision,
  original_text text not null,
  original_speaker text,
  text text check (char_length(text) <= 100000),
  speaker text check (char_length(speaker) <= 200),
  speaker_name text check (char_length(speaker_name) <= 200),
  created_by uuid,
  created_at timestamptz not null default now(),
  removed_by uuid,
  removed_at timestamptz,
  constraint says_something check (text is not null or speaker is not null),
  -- Both, so that no row hangs on another organisation's item.
  foreign key (item_id, org_id) references public.items (id, org_id) on delete cascade
);
comment on table public.segment_corrections is 'What a person made of a segment. Machine versions stay as they are: these are laid over the newest one, in order of number.';
comment on column public.segment_corrections.transcript_id is 'The version it was made on. No foreign key: a correction outlives that version and is fitted to later ones.';
comment on column public.segment_corrections.position is 'Of the segment in that version. With the seconds and the text it says what was meant, when a later version is cut otherwise.';
comment on column public.segment_corrections.original_text is 'What stood there before, earlier corrections included.';
comment on column public.segment_corrections.text is 'The words as they should be; empty when the line should go; null when only the speaker changed.';
comment on column public.segment_corrections.speaker is 'Label of the speaker in that version, or a name; empty for nobody; null when unchanged.';
comment on column public.segment_corrections.speaker_name is 'The name behind the label when it was chosen: another version may use the label for someone else.';
comment on column public.segment_corrections.removed_at is 'Taken back. The row stays for the history, and can be put back.';
create index segment_corrections_item on public.segment_corrections (item_id, number);
create index segment_corrections_org on public.segment_corrections (org_id);

-- ── Rights and policies ─────────────────────────────────────────────────────────────────────────────────────────────

revoke all on public.segment_corrections from anon, authenticated;
grant all on public.segment_corrections to service_role;
grant select, insert, update (removed_by, removed_at) on public.segment_corrections to authenticated;

alter table public.segment_corrections enable row level security;
create policy "members read" on public.segment_corrections for select to authenticated using (org_id in (select private.org_ids('viewer')));
create policy "members add" on public.segment_corrections for insert to authenticated with check (org_id in (select private.org_ids('member')));
create policy "members change" on public.segment_corrections for update to authenticated
  using (org_id in (select private.org_ids('member'))) with check (org_id in (select private.org_ids('member')));

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Where to look; the words are fetched by the pages that show them.
create function private.broadcast_correction() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('itemId', new.item_id, 'correctionId', new.id, 'transcriptId', new.transcript_id, 'position', new.position),
    'segments.changed',
    'org:' || new.org_id || ':archive',
    true
  );
  return new;
end $$;
create trigger broadcast_correction after insert or update on public.segment_corrections
  for each row execute function private.broadcast_correction();
revoke execute on function private.broadcast_correction() from public;
grant execute on function private.broadcast_correction() to authenticated, service_role;
