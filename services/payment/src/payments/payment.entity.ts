import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import { PAYMENT_STATUSES, type PaymentStatus } from '@order-saga/contracts';

const quotedStatuses = PAYMENT_STATUSES.map((status) => `'${status}'`).join(', ');

/** Read through this; written by the lanes only (rule L5). */
export const PaymentEntity = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  comment: 'one row per order: what the provider was asked to charge, captured and returned',
  properties: {
    orderId: p.uuid().primary(),
    id: p.uuid(),
    sagaId: p.uuid(),
    chargeKey: p.uuid().comment('what the provider knows the charge by; the same in every attempt'),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    method: p.text(),
    status: p.text().$type<PaymentStatus>(),
    capturedMinor: p.bigint('number'),
    refundedMinor: p.bigint('number'),
    declineCode: p.text().strictNullable(),
    waiting: p
      .array()
      .columnType('text[]')
      .comment('idempotency keys of the actions that are answered when the outcome commits'),
    leaseUntil: p
      .datetime()
      .columnType('timestamptz')
      .strictNullable()
      .comment('nobody else calls the provider for it until then'),
    leaseBy: p.text().strictNullable().comment('the instance, and its life, that calls the provider'),
    attempts: p.integer().default(0),
    createdAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
    updatedAt: p.datetime().columnType('timestamptz(3)').defaultRaw('clock_timestamp()'),
  },
  checks: [
    { name: 'payments_status_check', expression: `status in (${quotedStatuses})` },
    { name: 'payments_amount_minor_check', expression: 'amount_minor >= 0' },
    {
      name: 'payments_money_check',
      expression:
        '0 <= refunded_minor and refunded_minor <= captured_minor and captured_minor <= amount_minor',
    },
    {
      name: 'payments_pending_check',
      expression: "status = 'pending' or (lease_until is null and cardinality(waiting) = 0)",
    },
  ],
  uniques: [
    { name: 'payments_id_unique', properties: ['id'] },
    { name: 'payments_charge_key_unique', properties: ['chargeKey'] },
  ],
  indexes: [
    { name: 'payments_lease_until_index', properties: ['leaseUntil'], where: 'lease_until is not null' },
    { name: 'payments_created_at_order_id_index', properties: ['createdAt', 'orderId'] },
  ],
});
export type PaymentRecord = InferEntity<typeof PaymentEntity>;
