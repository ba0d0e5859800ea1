import { defineEntity, p } from '@mikro-orm/core';

/** The entities of the tables in `schema.ts`; the hot path writes them by set-based SQL, everything else goes through these. */

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
    attempts: p.integer(),
    count: p.integer().default(1),
    firstAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    lastAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
});

export const MESSAGING_ENTITIES = [ProcessedCommandEntity, OutboxEventEntity, DeadLetterEntity] as const;
