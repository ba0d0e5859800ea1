import { defineEntity, p } from '@mikro-orm/core';
import type { DeadLetterOutcome, DeadLetterState, DeadLetterVerb } from '@order-saga/contracts';

/** The entities of the tables in `schema.ts` and `operations-schema.ts`; the hot path writes them by set-based SQL, everything else goes through these. */

export const ProcessedCommandEntity = defineEntity({
  name: 'ProcessedCommand',
  tableName: 'processed_commands',
  properties: {
    idempotencyKey: p.string().length(255).primary(),
    sagaId: p.uuid(),
    commandId: p.uuid(),
    commandType: p.text(),
    outcome: p.text().$type<'pending' | 'succeeded' | 'failed'>(),
    reply: p
      .text()
      .strictNullable()
      .comment('the exact text that was sent; null while pending and after a purge'),
    processedAt: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
  },
  checks: [
    { name: 'processed_commands_outcome_check', expression: "outcome in ('pending', 'succeeded', 'failed')" },
  ],
});

export const OutboxEventEntity = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_events',
  properties: {
    id: p.uuid().primary(),
    gen: p.uuid().primary(),
    topic: p.text(),
    key: p.text(),
    type: p.text(),
    value: p.text(),
    headers: p.text(),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
    claimedUntil: p.datetime().columnType('timestamptz').strictNullable(),
  },
});

export const DeadLetterEntity = defineEntity({
  name: 'DeadLetter',
  tableName: 'dead_letters',
  properties: {
    id: p.text().primary().comment('sha256 of topic, key, value and headers: one row per distinct message'),
    topic: p.text(),
    key: p.text().strictNullable(),
    value: p.uint8array().strictNullable(),
    headers: p.uint8array(),
    cause: p.text(),
    detail: p.text(),
    attempts: p.integer().comment('how often its handling was tried, over all deliveries and redrives'),
    count: p.integer().default(1),
    firstAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    lastAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    state: p.text().$type<DeadLetterState>().default('parked'),
    version: p
      .integer()
      .default(1)
      .comment('raised by every change of the state: an operator names the one that the act was decided on'),
    resolvedAt: p.datetime().columnType('timestamptz(3)').strictNullable(),
    redrivingUntil: p
      .datetime()
      .columnType('timestamptz(3)')
      .strictNullable()
      .comment('until then a process is at it; afterwards any other begins anew'),
  },
  indexes: [{ name: 'dead_letters_last_at_id_index', properties: ['lastAt', 'id'] }],
  checks: [
    {
      name: 'dead_letters_state_check',
      expression: "state in ('parked', 'redriving', 'redriven', 'discarded')",
    },
    {
      name: 'dead_letters_resolved_at_check',
      expression: "(state in ('redriven', 'discarded')) = (resolved_at is not null)",
    },
    {
      name: 'dead_letters_redriving_until_check',
      expression: "(state = 'redriving') = (redriving_until is not null)",
    },
  ],
});

export const DeadLetterActionEntity = defineEntity({
  name: 'DeadLetterAction',
  tableName: 'dead_letter_actions',
  comment: 'what operators did with dead letters, and what came of it; goes with its letter',
  properties: {
    id: p.bigint('number').columnType('bigint').primary().autoincrement().generated('identity'),
    letterId: p.text(),
    verb: p.text().$type<DeadLetterVerb>(),
    reason: p.text(),
    operator: p.text(),
    at: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    outcome: p.text().$type<DeadLetterOutcome>().strictNullable(),
    endedAt: p.datetime().columnType('timestamptz(3)').strictNullable(),
  },
  indexes: [{ name: 'dead_letter_actions_letter_id_at_index', properties: ['letterId', 'at'] }],
  checks: [
    { name: 'dead_letter_actions_verb_check', expression: "verb in ('redrive', 'discard')" },
    {
      name: 'dead_letter_actions_outcome_check',
      expression: "outcome in ('handled', 'parked-again', 'in-outbox', 'discarded')",
    },
    {
      name: 'dead_letter_actions_ended_at_check',
      expression: '(outcome is null) = (ended_at is null)',
    },
  ],
});

export const PurgeEntity = defineEntity({
  name: 'Purge',
  tableName: 'purges',
  comment: 'when a process last went through the tables for what is too old',
  properties: { name: p.text().primary(), begunAt: p.datetime().columnType('timestamptz(3)') },
});

export const MESSAGING_ENTITIES = [
  ProcessedCommandEntity,
  OutboxEventEntity,
  DeadLetterEntity,
  DeadLetterActionEntity,
  PurgeEntity,
] as const;
