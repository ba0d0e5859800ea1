/** What operators of every service need besides `MESSAGING_TABLES`, for its second migration. */
export const OPERATIONS_TABLES: readonly string[] = [
  `alter table dead_letters
    add column state text not null default 'parked',
    add column version int not null default 1,
    add column resolved_at timestamptz(3) null,
    add column redriving_until timestamptz(3) null,
    add constraint dead_letters_state_check check (state in ('parked', 'redriving', 'redriven', 'discarded')),
    add constraint dead_letters_resolved_at_check check ((state in ('redriven', 'discarded')) = (resolved_at is not null)),
    add constraint dead_letters_redriving_until_check check ((state = 'redriving') = (redriving_until is not null))`,
  `comment on column dead_letters.version is 'raised by every change of the state: an operator names the one that the act was decided on'`,
  `comment on column dead_letters.attempts is 'how often its handling was tried, over all deliveries and redrives'`,
  `comment on column dead_letters.redriving_until is 'until then a process is at it; afterwards any other begins anew'`,
  'create index dead_letters_last_at_id_index on dead_letters (last_at, id)',
  `create table dead_letter_actions (
    id bigint generated always as identity primary key,
    letter_id text not null,
    verb text not null,
    reason text not null,
    operator text not null,
    at timestamptz(3) not null default clock_timestamp(),
    outcome text null,
    ended_at timestamptz(3) null,
    constraint dead_letter_actions_verb_check check (verb in ('redrive', 'discard')),
    constraint dead_letter_actions_outcome_check check (outcome in ('handled', 'parked-again', 'in-outbox', 'discarded')),
    constraint dead_letter_actions_ended_at_check check ((outcome is null) = (ended_at is null))
  )`,
  `comment on table dead_letter_actions is 'what operators did with dead letters, and what came of it; goes with its letter'`,
  'create index dead_letter_actions_letter_id_at_index on dead_letter_actions (letter_id, at)',
  `create table purges (
    name text primary key,
    begun_at timestamptz(3) not null
  )`,
  `comment on table purges is 'when a process last went through the tables for what is too old'`,
  `insert into purges (name, begun_at) values ('all', clock_timestamp())`,
];
