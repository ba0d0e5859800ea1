import type { Currency } from '@order-saga/contracts';
import type { Log } from '@order-saga/messaging';
import pg from 'pg';
import { type ChargeOutcome, type KnownCharge, type Settlement, VOIDED } from './provider.ts';
import type { LedgerKind } from './provider-ledger.entity.ts';

export interface LedgerEntry {
  readonly chargeKey: string;
  readonly kind: 'charge' | 'decline';
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly code: string | null;
}

interface Row {
  readonly charge_key: string;
  readonly kind: LedgerKind;
  readonly amount_minor: string;
  readonly code: string | null;
}

/** The simulated provider's book, on connections and in transactions of its own: it knows nothing of the service's. */
export class Ledger {
  readonly #pool: pg.Pool;

  constructor(databaseUrl: string, log: Log) {
    this.#pool = new pg.Pool({
      connectionString: databaseUrl,
      application_name: 'payment provider (simulated)',
      max: 3,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 4_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    this.#pool.on('error', (error) => log.debug({ error: String(error) }, 'the provider lost a connection'));
  }

  /**
   * Plain inserts, sorted: a join with what was there costs three to four times as much. Only where a key is known
   * already are they made one by one in effect, and answered with what the key was settled as before.
   */
  async settle(entries: readonly LedgerEntry[]): Promise<ChargeOutcome[]> {
    const sorted = entries.toSorted((a, b) => (a.chargeKey < b.chargeKey ? -1 : 1));
    try {
      await this.#insert('', sorted);
      return entries.map(outcomeOfEntry);
    } catch (error) {
      if ((error as { code?: string }).code !== '23505') throw error;
    }
    await this.#insert('on conflict do nothing', sorted);
    const known = await this.find(entries.map((entry) => entry.chargeKey));
    return known.map((charge) => (charge as KnownCharge).outcome);
  }

  /** Voids what is not settled, and returns what was captured; each key as it stands afterwards. */
  async void(chargeKeys: readonly string[]): Promise<Settlement[]> {
    const keys = chargeKeys.toSorted();
    await this.#query(
      'provider-void',
      `insert into provider_ledger (charge_key, kind, amount_minor, currency)
       select key, 'void', 0, 'XXX' from unnest($1::uuid[]) as key on conflict do nothing`,
      [keys],
    );
    await this.#query(
      'provider-refund',
      `insert into provider_ledger (charge_key, kind, amount_minor, currency)
       select charge_key, 'refund', amount_minor, currency from provider_ledger
       where charge_key = any($1::uuid[]) and kind = 'charge' order by charge_key on conflict do nothing`,
      [keys],
    );
    const known = await this.find(chargeKeys);
    return known.map((charge) => {
      const { outcome, returnedMinor } = charge as KnownCharge;
      return { capturedMinor: outcome.kind === 'captured' ? outcome.capturedMinor : 0, returnedMinor };
    });
  }

  async find(chargeKeys: readonly string[]): Promise<(KnownCharge | null)[]> {
    const rows = await this.#query<Row>(
      'provider-find',
      'select charge_key, kind, amount_minor, code from provider_ledger where charge_key = any($1::uuid[])',
      [chargeKeys],
    );
    const byKey = Map.groupBy(rows, (row) => row.charge_key);
    return chargeKeys.map((key) => knownCharge(byKey.get(key)));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #insert(onConflict: '' | 'on conflict do nothing', entries: readonly LedgerEntry[]): Promise<void> {
    await this.#query(
      onConflict === '' ? 'provider-charge' : 'provider-charge-known',
      `insert into provider_ledger (charge_key, kind, amount_minor, currency, code)
       select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[]) ${onConflict}`,
      [
        entries.map((entry) => entry.chargeKey),
        entries.map((entry) => entry.kind),
        entries.map((entry) => entry.amountMinor),
        entries.map((entry) => entry.currency),
        entries.map((entry) => entry.code),
      ],
    );
  }

  async #query<Result extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<Result[]> {
    return (await this.#pool.query<Result>({ name, text, values })).rows;
  }
}

const outcomeOfEntry = (entry: LedgerEntry): ChargeOutcome =>
  entry.kind === 'charge'
    ? { kind: 'captured', capturedMinor: entry.amountMinor }
    : { kind: 'declined', code: entry.code ?? 'DECLINED' };

/** A charge, a decline and a void exclude each other in the table; a refund stands beside its charge. */
function knownCharge(rows: readonly Row[] | undefined): KnownCharge | null {
  const settled = rows?.find((row) => row.kind !== 'refund');
  if (!settled) return null;
  const refund = rows?.find((row) => row.kind === 'refund');
  const returnedMinor = Number(refund?.amount_minor ?? 0);
  if (settled.kind === 'charge')
    return { outcome: { kind: 'captured', capturedMinor: Number(settled.amount_minor) }, returnedMinor };
  const code = settled.kind === 'void' ? VOIDED : (settled.code ?? 'DECLINED');
  return { outcome: { kind: 'declined', code }, returnedMinor };
}
