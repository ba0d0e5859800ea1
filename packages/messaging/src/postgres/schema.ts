/**
 * The tables that every service has, for its first migration. Names are the seed's. Fill factors leave room for
 * updates in place (HOT); the autovacuum settings keep the outbox, which lives for milliseconds, small.
 */
export const MESSAGING_TABLES: readonly string[] = [
  `create table processed_commands (
    idempotency_key varchar(255) primary key,
    saga_id uuid not null,
    command_id uuid not null,
    command_type text not null,
    outcome text not null check (outcome in ('pending', 'succeeded', 'failed')),
    reply text null,
    processed_at timestamptz not null default clock_timestamp()
  ) with (fillfactor = 80)`,
  `comment on column processed_commands.reply is 'the exact text that was sent; null while pending and after a purge'`,
  `create table outbox_events (
    id uuid not null,
    gen uuid not null,
    topic text not null,
    key text not null,
    type text not null,
    value text not null,
    headers text not null,
    created_at timestamptz not null default clock_timestamp(),
    claimed_until timestamptz null,
    primary key (id, gen)
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0)`,
  `create table dead_letters (
    id text primary key,
    topic text not null,
    key text null,
    value bytea null,
    headers bytea not null,
    cause text not null,
    detail text not null,
    attempts int not null,
    count int not null default 1,
    first_at timestamptz(3) not null default clock_timestamp(),
    last_at timestamptz(3) not null default clock_timestamp()
  )`,
  `comment on column dead_letters.id is 'sha256 of topic, key, value and headers: one row per distinct message'`,
  `create function need(touched bigint, named bigint) returns void language plpgsql as $$
    begin
      if touched <> named then
        raise exception 'a guarded statement touched % of % rows', touched, named using errcode = 'SG001';
      end if;
    end $$`,
];
