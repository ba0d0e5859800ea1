import { defineEntity, p } from '@mikro-orm/postgresql';

export const LEDGER_KINDS = ['charge', 'decline', 'void', 'refund'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** The simulated provider's own book. `payments` is not read by it, nor it by the service: a checker compares the two. */
export const ProviderLedgerEntity = defineEntity({
  name: 'ProviderLedgerEntry',
  tableName: 'provider_ledger',
  comment: 'the book of the simulated payment provider; the service itself never reads it',
  properties: {
    chargeKey: p.uuid().primary(),
    kind: p.text().$type<LedgerKind>().primary(),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    code: p.text().strictNullable().comment('why it was declined'),
    at: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
  },
  checks: [
    {
      name: 'provider_ledger_kind_check',
      expression: `kind in (${LEDGER_KINDS.map((kind) => `'${kind}'`).join(', ')})`,
    },
  ],
  uniques: [
    { name: 'provider_ledger_settled_once_unique', properties: ['chargeKey'], where: "kind <> 'refund'" },
  ],
});
