-- What only SQL can hold: constraints, whose rows are whose, and what is broadcast to whom.
begin;
select plan(34);

-- Who acts, as the API says it.
create function pg_temp.act_as(sub uuid, org uuid default null) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', 'authenticated', 'sub', sub, 'nexus_org', org))::text, true)
$$;
create function pg_temp.act_as_service() returns void language sql as $$
  select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true)
$$;
-- Two organisations: ...a1 has an owner, a member and a viewer; ...b1 has an owner.
insert into public.orgs (id, name) values
  ('00000000-0000-4000-8000-0000000000a1', 'Harbour'), ('00000000-0000-4000-8000-0000000000b1', 'Mountain');
insert into public.members (org_id, user_id, role, email) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000001', 'owner', 'owner@example.com'),
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000002', 'member', 'member@example.com'),
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000003', 'viewer', 'viewer@example.com'),
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000004', 'owner', 'other@example.com');

-- ── Constraints ─────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
select lives_ok(
  $$ insert into public.items (id, org_id, source, title, original_path) values
     ('00000000-0000-4000-8000-00000000a101', '00000000-0000-4000-8000-0000000000a1', 'file', 'Tides', '00000000-0000-4000-8000-0000000000a1/uploads/1/tides.mp3'),
     ('00000000-0000-4000-8000-00000000b101', '00000000-0000-4000-8000-0000000000b1', 'text', 'Snow', null) $$,
  'an item needs an organisation, a source and a title'
);
select results_eq(
  $$ select status, kind, progress, title_given, is_sample from public.items where title = 'Tides' $$,
  $$ values ('queued', 'unknown', 0::real, false, false) $$,
  'and begins as one nobody has looked at'
);
select throws_ok(
  $$ update public.items set poster_path = '00000000-0000-4000-8000-0000000000b1/x/media/poster.jpg' where title = 'Tides' $$,
  '23514', null, 'and names no file of another organisation'
);
select throws_ok($$ update public.items set status = 'done' $$, '23514', null, 'a status is one of seven');
select throws_ok($$ update public.items set kind = 'picture' $$, '23514', null, 'a kind is one of nine');
select throws_ok($$ update public.items set source = 'mail' $$, '23514', null, 'a source is one of three');
select throws_ok($$ update public.items set title = '' $$, '23514', null, 'a title is not empty');
select throws_ok($$ update public.items set title = repeat('x', 501) $$, '23514', null, 'nor a whole page');
select throws_ok(
  $$ insert into public.items (org_id, source, title, original_path)
     values ('00000000-0000-4000-8000-0000000000a1', 'file', 'Again', '00000000-0000-4000-8000-0000000000a1/uploads/1/tides.mp3') $$,
  '23505', null, 'an upload becomes one item'
);
select is(
  (select date_trunc('milliseconds', created_at) = created_at from public.items where title = 'Tides'), true,
  'items are created in whole milliseconds, which cursors can carry'
);
insert into public.item_steps (org_id, item_id, name, position) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 'acquire', 0),
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-00000000b101', 'acquire', 0);
select throws_ok($$ update public.item_steps set state = 'queued' $$, '23514', null, 'a state is one of seven');
select throws_ok(
  $$ insert into public.item_steps (org_id, item_id, name, position)
     values ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 'acquire', 1) $$,
  '23505', null, 'an item has each step once'
);
insert into public.transcripts (id, org_id, item_id, version, origin) values
  ('00000000-0000-4000-8000-00000000a201', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 1, 'subtitles'),
  ('00000000-0000-4000-8000-00000000b201', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-00000000b101', 1, 'document');
select throws_ok(
  $$ insert into public.item_steps (org_id, item_id, name, position)
     values ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-00000000a101', 'index', 5) $$,
  '23503', null, 'and no step hangs on another organisation''s item'
);
select throws_ok(
  $$ insert into public.transcripts (org_id, item_id, version, origin)
     values ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 1, 'transcriber') $$,
  '23505', null, 'a version of a transcript is written once'
);
insert into public.segments (transcript_id, org_id, item_id, position, text) values
  ('00000000-0000-4000-8000-00000000a201', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 0, 'High water at noon.'),
  ('00000000-0000-4000-8000-00000000b201', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-00000000b101', 0, 'Fresh snow.');
insert into public.fingerprints (org_id, item_id, algorithm, hashes, duration_seconds) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a101', 1, '\x00', 1);

-- ── Whose rows are whose ────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as('00000000-0000-4000-8000-000000000003');
select results_eq('select title from public.items', array['Tides'], 'a viewer reads their organisation''s items, and no other''s');
select results_eq('select text from public.segments', array['High water at noon.'], 'and words');
select is((select count(*)::int from public.item_steps), 1, 'and steps');
select is((select count(*)::int from public.fingerprints), 1, 'and fingerprints');
select is_empty($$ update public.items set title = 'Mine' returning 1 $$, 'but changes nothing');
select is_empty($$ delete from public.items returning 1 $$, 'and deletes nothing');
select throws_ok(
  $$ insert into public.items (org_id, source, title) values ('00000000-0000-4000-8000-0000000000a1', 'text', 'New') $$,
  '42501', null, 'nor adds anything'
);
select pg_temp.act_as('00000000-0000-4000-8000-000000000002');
select results_eq($$ update public.items set title = 'Tide tables' returning title $$, array['Tide tables'], 'a member changes their own');
select throws_ok(
  $$ insert into public.items (org_id, source, title) values ('00000000-0000-4000-8000-0000000000b1', 'text', 'Smuggled') $$,
  '42501', null, 'but puts nothing into another organisation'
);
select throws_ok(
  $$ update public.items set org_id = '00000000-0000-4000-8000-0000000000b1' $$, '42501', null, 'nor moves anything there'
);
select throws_ok($$ update public.transcripts set language = 'ru' $$, '42501', null, 'a transcript is not changed, whoever asks');
select throws_ok($$ update public.segments set text = 'Low water.' $$, '42501', null, 'nor are its words');
select throws_ok($$ delete from public.fingerprints $$, '42501', null, 'nor the fingerprint');
select set_config('role', 'anon', true), set_config('request.jwt.claims', '{"role": "anon"}', true);
select throws_ok('select 1 from public.items', '42501', null, 'nobody signed in reads nothing');

-- ── Broadcasts ──────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
reset role;
delete from realtime.messages;
update public.items set progress = 0.5, summary = 'A secret summary.' where title = 'Tide tables';
select results_eq(
  $$ select topic, event, private, payload - array['updatedAt'] from realtime.messages $$,
  $$ values ('org:00000000-0000-4000-8000-0000000000a1:archive', 'item.changed', true, jsonb_build_object(
       'id', '00000000-0000-4000-8000-00000000a101', 'kind', 'unknown', 'status', 'queued', 'title', 'Tide tables',
       'progress', 0.5, 'problem', null, 'durationSeconds', null)) $$,
  'a change goes to the private topic of the item''s organisation, with what a list shows and no more'
);
delete from realtime.messages;
update public.item_steps set state = 'working', attempt = 1, output = '{"path": "secret"}' where org_id = '00000000-0000-4000-8000-0000000000b1';
select results_eq(
  $$ select topic, event, payload -> 'state', payload ? 'output' from realtime.messages $$,
  $$ values ('org:00000000-0000-4000-8000-0000000000b1:archive', 'step.changed', '"working"'::jsonb, false) $$,
  'so does a step''s, without what it left for the next'
);
delete from realtime.messages;
update public.item_steps set attempt = 2;
select is_empty('select 1 from realtime.messages', 'what nobody sees is not broadcast');
insert into public.items (id, org_id, source, title) values
  ('00000000-0000-4000-8000-00000000b102', '00000000-0000-4000-8000-0000000000b1', 'text', 'Ice');
select results_eq(
  $$ select topic, event, payload ->> 'title' from realtime.messages $$,
  $$ values ('org:00000000-0000-4000-8000-0000000000b1:archive', 'item.created', 'Ice') $$, 'a new item is announced'
);

-- ── Going ───────────────────────────────────────────────────────────────────────────────────────────────────────────

delete from realtime.messages;
delete from public.items where id = '00000000-0000-4000-8000-00000000b101';
select results_eq(
  $$ select event, payload - array['id'], payload ->> 'id' from realtime.messages $$,
  $$ values ('item.deleted', '{}'::jsonb, '00000000-0000-4000-8000-00000000b101') $$, 'what is deleted is named and not told'
);
select is(
  (select count(*)::int from public.segments) + (select count(*)::int from public.item_steps)
    + (select count(*)::int from public.transcripts),
  3, 'an item takes its steps, transcripts and words along, and those of no other'
);

select * from finish();
rollback;
