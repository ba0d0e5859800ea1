import {
  type LeaseClaims,
  type LeaseTerms,
  leaseMs,
  type PaymentRow,
  paymentOf,
} from '@order-saga/payment-service/core';
import type { Life } from '../world/life.ts';
import type { Database } from './database.ts';
import { MESSAGING_HANDLERS, MESSAGING_SPECS } from './messaging-store.ts';
import {
  type Handlers,
  insertRows,
  list,
  lockRows,
  readArray,
  readRows,
  says,
  updateRows,
} from './statements.ts';
import type { Row, TableSpec } from './table.ts';

/** The payments database in memory. */

const money = (row: Row) =>
  [row.refunded_minor, row.captured_minor, row.amount_minor] as [number, number, number];

export const paymentSpecs = (): TableSpec[] => [
  ...MESSAGING_SPECS,
  {
    name: 'payments',
    primary: ['order_id'],
    uniques: [
      { name: 'payments_id_unique', of: (row) => row.id as string },
      { name: 'payments_charge_key_unique', of: (row) => row.charge_key as string },
    ],
    travels: { waiting: 'array' },
    checks: [
      {
        name: 'payments_money_check',
        holds(row) {
          const [refunded, captured, amount] = money(row);
          return 0 <= refunded && refunded <= captured && captured <= amount;
        },
      },
      {
        name: 'payments_pending_check',
        holds: (row) =>
          row.status === 'pending' ||
          (row.lease_until === null && (row.waiting as readonly string[]).length === 0),
      },
    ],
  },
];

/** In the order of the statement's parameters. */
const CHANGING = [
  'order_id',
  'status',
  'captured_minor',
  'refunded_minor',
  'decline_code',
  'waiting',
  'lease_until',
  'lease_by',
  'attempts',
  'updated_at',
] as const;

export const PAYMENT_HANDLERS: Handlers = {
  ...MESSAGING_HANDLERS,
  'payments-lock': (call) => lockRows(call, call.database.table('payments'), () => list(call, 0)),
  'payments-lock-by-both-keys': (call) => {
    const table = call.database.table('payments');
    return lockRows(call, table, () => [
      ...list(call, 0),
      ...(list(call, 1).flatMap((id) => table.findBy('payments_id_unique', id)?.order_id ?? []) as string[]),
    ]);
  },
  'payments-inbox'(call) {
    const payments = readRows(call, call.database.table('payments'), list(call, 1));
    const waiting = payments.flatMap((payment) => payment.waiting as readonly string[]);
    const rows = readRows(call, call.database.table('processed_commands'), [...list(call, 0), ...waiting]);
    return rows.map((row) => ({
      idempotencyKey: row.idempotency_key,
      sagaId: row.saga_id,
      commandId: row.command_id,
      commandType: row.command_type,
      outcome: row.outcome,
      reply: row.reply,
    }));
  },
  'payments-insert': insertRows,
  'payments-update'(call) {
    const columns = call.values as readonly (readonly unknown[])[];
    const isGuarded = says(call, "p.status in ('pending', 'processed')");
    return updateRows(call, call.database.table('payments'), list(call, 0), (row, index) => {
      if (isGuarded && row.status !== 'pending' && row.status !== 'processed') return null;
      const changed: Record<string, unknown> = { ...row };
      CHANGING.forEach((name, at) => {
        const value = columns[at]?.[index];
        changed[name] = name === 'waiting' ? readArray(value as string) : value;
      });
      return changed;
    });
  },
};

const life = (holder: string): string => holder.split('#')[0] as string;

export const memoryLeases = (database: Database, owner: Life, terms: LeaseTerms): LeaseClaims => ({
  claim: ({ limit, ownToo }) =>
    database.statement(owner, 'claim leases', (transaction) => {
      const table = database.table('payments');
      const now = database.clock();
      const isDue = (row: Row): boolean => {
        const until = row.lease_until as number | null;
        if (until === null) return false;
        const by = row.lease_by as string;
        return until < now || (ownToo && by !== terms.by && life(by) === life(terms.by));
      };
      const due = [...table.rows]
        .filter(([key, row]) => isDue(row) && transaction.isFree(table, key))
        .sort(([, a], [, b]) => (a.lease_until as number) - (b.lease_until as number))
        .slice(0, limit);
      return due.map(([key, row]) => {
        const attempts = row.attempts as number;
        const forMs = leaseMs(terms, attempts);
        const taken = {
          ...row,
          attempts: attempts + 1,
          lease_by: terms.by,
          lease_until: now + forMs,
          updated_at: now,
        };
        transaction.update(table, key, taken);
        return { payment: paymentOf(taken as unknown as PaymentRow), leaseMs: forMs };
      });
    }),
});
