-- Realtime as Supabase has it: what policies, triggers and functions of a migration may rely on, and the notice by which
-- the embedded server learns of a committed row. Runs on PGlite 18 and on a native Postgres 15-18, any number of times,
-- as the superuser, after the roles exist.

create schema if not exists realtime;
grant usage on schema realtime to anon, authenticated, service_role;

-- inserted_at is UTC without a zone, as Supabase's is. Supabase partitions by day; here old rows are deleted in slices.
create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default (now() at time zone 'utc'),
  inserted_at timestamp not null default (now() at time zone 'utc'),
  id uuid not null default gen_random_uuid() primary key
);
comment on table realtime.messages is 'Messages broadcast from the database. Its policies decide who may read from and write to private channels.';

create index if not exists messages_topic_inserted_at_index on realtime.messages (topic, inserted_at desc);
create index if not exists messages_inserted_at_index on realtime.messages (inserted_at);

alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;
comment on function realtime.topic() is 'The topic a client wants to join or write to, for policies on realtime.messages.';

-- Runs as the caller, so that the policies on realtime.messages decide who may send. A broadcast that fails must not undo
-- the change it tells of: as on Supabase it becomes a warning.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', send.topic, true);

  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    message_id,
    case
      when jsonb_typeof(send.payload) = 'object' and not send.payload ? 'id'
        then send.payload || jsonb_build_object('id', message_id)
      else send.payload
    end,
    send.event,
    send.topic,
    send.private,
    'broadcast'
  );
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;
comment on function realtime.send(jsonb, text, text, boolean) is 'Sends a message to a topic''s channels when the transaction commits.';

create or replace function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;

  perform realtime.send(
    jsonb_build_object(
      'schema', table_schema,
      'table', table_name,
      'operation', operation,
      'record', new,
      'old_record', old
    ),
    event_name,
    topic_name
  );
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end
$$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is
  'Called by a row trigger: sends the changed row to a topic''s private channels when the transaction commits.';

-- One notice a row, in the order of the inserts, delivered at commit. A notice holds under 8000 bytes: small messages
-- travel in it whole, so the server need not wait for its turn on the database to read them; of larger ones it is told the
-- id and the size.
create or replace function realtime.notify_of_message() returns trigger language plpgsql as $$
declare
  notice text := jsonb_build_object(
    'id', new.id,
    'topic', new.topic,
    'event', new.event,
    'private', coalesce(new.private, false),
    'payload', new.payload
  )::text;
begin
  if octet_length(notice) > 7900 then
    notice := jsonb_build_object('id', new.id, 'bytes', octet_length(notice))::text;
  end if;
  perform pg_notify('realtime_messages', notice);
  return null;
end
$$;

-- The probes that test a policy have no event: they notify nobody.
create or replace trigger notify_of_message
  after insert on realtime.messages
  for each row
  when (new.extension = 'broadcast' and new.event is not null and new.payload is not null)
  execute function realtime.notify_of_message();

grant execute on function
  realtime.topic(),
  realtime.send(jsonb, text, text, boolean),
  realtime.broadcast_changes(text, text, text, text, text, record, record, text)
  to anon, authenticated, service_role;
