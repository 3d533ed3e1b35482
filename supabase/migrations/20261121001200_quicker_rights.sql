-- Every policy asks this once per table and statement. In SQL it was planned anew each time, 0.3 ms; a plan of PL/pgSQL is kept
-- for the session, and the caller is read once instead of once per membership.
create or replace function private.org_ids(minimum text default 'viewer') returns setof uuid
language plpgsql stable security definer
set search_path = ''
rows 1
as $$
declare
  caller constant uuid := auth.uid();
  key_org constant uuid := auth.jwt() ->> 'nexus_org';
  least_rank constant integer := private.role_rank(minimum);
begin
  return query
    select m.org_id
    from public.members m
    where m.user_id = caller and (key_org is null or m.org_id = key_org) and private.role_rank(m.role) >= least_rank;
end $$;
