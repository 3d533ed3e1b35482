-- What only SQL can hold: the functions that run with more rights than their caller, and the rules about owners.
begin;
select plan(31);

-- Who acts, as the API says it.
create function pg_temp.act_as(sub uuid, org uuid default null) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', 'authenticated', 'sub', sub, 'nexus_org', org))::text, true)
$$;
create function pg_temp.act_as_service() returns void language sql as $$
  select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true)
$$;

-- ── Shape ───────────────────────────────────────────────────────────────────────────────────────────────────────────

select is_empty(
  $$ select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and obj_description(oid, 'pg_class') is null $$,
  'every table says what it is'
);
select is_empty(
  $$ select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity $$,
  'every table has row-level security'
);
select is_empty(
  $$ select proname from pg_proc where pronamespace = 'private'::regnamespace and prosecdef
     and not coalesce('search_path=""' = any (proconfig), false) $$,
  'every function with more rights than its caller fixes its search path'
);
select is_empty(
  $$ select proname from pg_proc where pronamespace = 'private'::regnamespace and has_function_privilege('anon', oid, 'execute')
     and proname not in ('org_ids', 'role_rank') $$,
  'nobody signed in calls only what policies need'
);
select is_empty(
  $$ select proname from pg_proc where pronamespace = 'private'::regnamespace and has_function_privilege('authenticated', oid, 'execute')
     and proname in ('authenticate_key', 'take_token', 'read_invitation', 'sweep_requests') $$,
  'keys, limits and invitations are looked up by the service alone'
);

-- ── Founding ────────────────────────────────────────────────────────────────────────────────────────────────────────

select ok(not private.owner_exists(), 'an empty installation has no owner');
select pg_temp.act_as('00000000-0000-4000-8000-000000000001');
select lives_ok($$ select private.found_org('First', 'one@example.com', true) $$, 'the first founds');
select ok(private.owner_exists(), 'then there is an owner');
select pg_temp.act_as('00000000-0000-4000-8000-000000000002');
select throws_ok($$ select private.found_org('Second', 'two@example.com', true) $$, 'NX001', null, 'only the first means only the first');
select lives_ok($$ select private.found_org('Second', 'two@example.com') $$, 'others found theirs when that is allowed');
select results_eq('select name from public.orgs', array['Second'], 'and see no other');
select is((select count(*)::int from private.org_ids('owner')), 1, 'one owns what one founded');
select set_config('request.jwt.claims', '{"role": "authenticated"}', true);
select throws_ok($$ select private.found_org('Nobody', 'x') $$, '28000', null, 'nobody founds nothing');

-- ── Owners ──────────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as('00000000-0000-4000-8000-000000000001');
select throws_ok($$ delete from public.members $$, 'NX004', null, 'the last owner does not leave');
select throws_ok($$ update public.members set role = 'viewer' $$, 'NX004', null, 'nor steps down');
select pg_temp.act_as_service();
insert into public.members (org_id, user_id, role, email)
select id, '00000000-0000-4000-8000-000000000003', 'admin', 'three@example.com' from public.orgs where name = 'First';
select pg_temp.act_as('00000000-0000-4000-8000-000000000003');
select is_empty($$ update public.members set role = 'viewer' where role = 'owner' returning 1 $$, 'an admin does not change an owner');
select throws_ok(
  $$ update public.members set role = 'owner' where user_id = '00000000-0000-4000-8000-000000000003' $$,
  '42501', null, 'nor makes themselves one'
);
select is_empty($$ delete from public.orgs returning 1 $$, 'nor deletes the organisation');

-- ── One organisation per request ────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
insert into public.members (org_id, user_id, role, email)
select id, '00000000-0000-4000-8000-000000000003', 'viewer', 'three@example.com' from public.orgs where name = 'Second';
select pg_temp.act_as('00000000-0000-4000-8000-000000000003');
select is((select count(*)::int from public.orgs), 2, 'whoever belongs to two sees both');
select pg_temp.act_as('00000000-0000-4000-8000-000000000003', (select id from public.orgs where name = 'Second'));
select results_eq('select name from public.orgs', array['Second'], 'but a request sees the one it is about');

-- ── Invitations ─────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as('00000000-0000-4000-8000-000000000001');
insert into public.invitations (org_id, role, email, token_hash, created_by, expires_at)
select id, role, email, hash, '00000000-0000-4000-8000-000000000001', now() + days * interval '1 day'
from public.orgs, (values ('member', null, 'open', 1), ('member', 'named@example.com', 'named', 1), ('member', null, 'late', -1)) i (role, email, hash, days);
select pg_temp.act_as('00000000-0000-4000-8000-000000000004');
select throws_ok($$ select private.accept_invitation('late', 'four@example.com') $$, 'NX002', null, 'an invitation expires');
select throws_ok($$ select private.accept_invitation('named', 'four@example.com') $$, 'NX003', null, 'one for an address is for that address');
select results_eq($$ select role from private.accept_invitation('open', 'four@example.com') $$, array['member'], 'one joins with its role');
select pg_temp.act_as('00000000-0000-4000-8000-000000000005');
select throws_ok($$ select private.accept_invitation('open', 'five@example.com') $$, 'NX002', null, 'and nobody else does');

-- ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as_service();
insert into public.api_keys (org_id, name, prefix, hash, scopes, created_by, expires_at)
select org_id, hash, 'nx_abcdef', hash, '{archive:read}', user_id, expires_at
from public.members, (values ('valid', null), ('over', now() - interval '1 second')) k (hash, expires_at)
where user_id = '00000000-0000-4000-8000-000000000004';
select results_eq(
  $$ select org_name, role from private.authenticate_key('valid') $$, $$ values ('First', 'member') $$, 'a key acts for its maker'
);
select isnt((select last_used_at from public.api_keys where hash = 'valid'), null, 'and its use is noted');
select is_empty($$ select private.authenticate_key('over') $$, 'until it expires');
delete from public.members where user_id = '00000000-0000-4000-8000-000000000004';
select is_empty($$ select private.authenticate_key('valid') $$, 'or its maker goes');

-- ── Limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────

select is((select sum(private.take_token('bucket', 2, 0.5))::float8 from generate_series(1, 2)), 0::float8, 'a full bucket gives what it holds');
select ok(private.take_token('bucket', 2, 0.5) between 1.5 and 2, 'then says for how long it is empty');

-- ── Audit ───────────────────────────────────────────────────────────────────────────────────────────────────────────

select pg_temp.act_as('00000000-0000-4000-8000-000000000003');
select throws_ok(
  $$ insert into public.audit_log (org_id, actor_kind, actor_user_id, action, subject_kind, subject_id)
     select id, 'user', '00000000-0000-4000-8000-000000000001', 'platform.forge', 'org', 'x' from public.orgs $$,
  '42501', null, 'nobody writes another''s name into the audit'
);

select * from finish();
rollback;
