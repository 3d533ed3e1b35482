-- What only SQL can hold: one run at a time, one post however often it is met, whose rows are whose, and what is broadcast to whom.
begin;
select plan(17);

-- Who acts, as the API says it.
create function pg_temp.act_as(sub uuid) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', sub)::text, true)
$$;
create function pg_temp.act_as_service() returns void language sql as $$
  select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true)
$$;
-- Two organisations: ...a1 has an owner and a member; ...b1 has an owner.
insert into public.orgs (id, name) values
  ('00000000-0000-4000-8000-0000000000a1', 'Harbour'), ('00000000-0000-4000-8000-0000000000b1', 'Mountain');
insert into public.members (org_id, user_id, role, email) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000001', 'owner', 'owner@example.com'),
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000002', 'member', 'member@example.com'),
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-000000000004', 'owner', 'other@example.com');

-- ── Runs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
insert into public.campaigns (id, org_id, name, query, sources) values
  ('00000000-0000-4000-8000-00000000a201', '00000000-0000-4000-8000-0000000000a1', 'Boats', '{}', '[]'),
  ('00000000-0000-4000-8000-00000000b201', '00000000-0000-4000-8000-0000000000b1', 'Skis', '{}', '[]');
select lives_ok(
  $$ insert into public.runs (id, org_id, campaign_id, spec) values
     ('00000000-0000-4000-8000-00000000a301', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201', '{}') $$,
  'a campaign has a run'
);
select throws_ok(
  $$ insert into public.runs (org_id, campaign_id, spec, trigger) values
     ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201', '{}', 'schedule') $$,
  '23505', null, 'one at a time, whoever asks for the second'
);
select lives_ok(
  $$ insert into public.runs (org_id, kind, spec) values
     ('00000000-0000-4000-8000-0000000000a1', 'preview', '{}'), ('00000000-0000-4000-8000-0000000000a1', 'preview', '{}') $$,
  'previews are no runs of a campaign'
);
select throws_ok(
  $$ insert into public.runs (org_id, campaign_id, spec) values
     ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000b201', '{}') $$,
  '23503', null, 'nor is a run of another organisation''s campaign possible'
);
update public.runs set state = 'done' where id = '00000000-0000-4000-8000-00000000a301';
select lives_ok(
  $$ insert into public.runs (org_id, campaign_id, spec) values
     ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201', '{}') $$,
  'when one is over, the next may begin'
);

-- ── Posts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

select lives_ok(
  $$ insert into public.posts (id, org_id, network, external_id, url, text, posted_at) values
     ('00000000-0000-4000-8000-00000000a401', '00000000-0000-4000-8000-0000000000a1', 'x', '1', 'https://x.example/1', 'A boat', now()),
     ('00000000-0000-4000-8000-00000000b401', '00000000-0000-4000-8000-0000000000b1', 'x', '1', 'https://x.example/1', 'A boat', now()) $$,
  'two organisations meet the same post, each with a row of its own'
);
select throws_ok(
  $$ insert into public.posts (org_id, network, external_id, url, text, posted_at) values
     ('00000000-0000-4000-8000-0000000000a1', 'x', '1', 'https://x.example/1', 'Again', now()) $$,
  '23505', null, 'an organisation has a post once'
);
select throws_ok(
  $$ insert into public.matches (org_id, campaign_id, post_id, source) values
     ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201', '00000000-0000-4000-8000-00000000b401', 'x') $$,
  '23503', null, 'a campaign matches no post of another organisation'
);
select lives_ok(
  $$ insert into public.opportunities (id, org_id, campaign_id, post_id, intent, relevance, fold_key) values
     ('00000000-0000-4000-8000-00000000a501', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201',
      '00000000-0000-4000-8000-00000000a401', 'question', 80, 'boat') $$,
  'a post becomes an opportunity'
);
select throws_ok(
  $$ insert into public.opportunities (org_id, campaign_id, post_id, intent, relevance) values
     ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-00000000a201', '00000000-0000-4000-8000-00000000a401', 'question', 80) $$,
  '23505', null, 'and only once for its campaign'
);

-- ── Whose rows are whose ────────────────────────────────────────────────────────────────────────────────────────────

insert into public.accounts (org_id, label, ciphertext, key_id) values ('00000000-0000-4000-8000-0000000000a1', 'Ours', 'sealed', 'k');
select pg_temp.act_as('00000000-0000-4000-8000-000000000001');
select is((select count(*)::int from public.accounts), 1, 'an owner sees the accounts');
select throws_ok($$ select ciphertext from public.accounts $$, '42501', null, 'and never their cookies');
select pg_temp.act_as('00000000-0000-4000-8000-000000000002');
select throws_ok(
  $$ insert into public.accounts (org_id, label, ciphertext, key_id) values ('00000000-0000-4000-8000-0000000000a1', 'Mine', 'x', 'k') $$,
  '42501', null, 'a member adds none'
);
select pg_temp.act_as('00000000-0000-4000-8000-000000000004');
select is((select count(*)::int from public.posts), 1, 'another organisation sees its own posts alone');
select is((select count(*)::int from public.opportunities), 0, 'and none of the opportunities');

-- ── Realtime ────────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
update public.opportunities set state = 'done' where id = '00000000-0000-4000-8000-00000000a501';
reset role;
select results_eq(
  $$ select distinct topic, private from realtime.messages where event like 'opportunity.%' $$,
  $$ values ('org:00000000-0000-4000-8000-0000000000a1:listening', true) $$,
  'what changes is told to its organisation alone'
);
select is(
  (select payload ->> 'id' from realtime.messages where event = 'opportunity.changed' limit 1),
  '00000000-0000-4000-8000-00000000a501', 'by its id'
);

select * from finish();
rollback;
