import type { SagaTransition } from '@order-saga/contracts';
import type { Database } from '../store/database.ts';
import type { Row } from '../store/table.ts';

/** The rows of the three databases, as the invariants speak of them. */

export interface SagaColumnsSeen extends Row {
  readonly id: string;
  readonly order_id: string;
  readonly status: string;
  readonly direction: 'forward' | 'backward';
  readonly steps: readonly { readonly name: string; readonly state: string }[];
  readonly outstanding: {
    readonly commandId: string;
    readonly sent: boolean;
    readonly stepIndex: number;
  } | null;
  readonly context: {
    readonly order: { readonly orderId: string; readonly total: { readonly minor: number } };
  };
  readonly attention: string | null;
  readonly seq: number;
  readonly rev: number;
}

export interface OrderSeen extends Row {
  readonly id: string;
  readonly saga_id: string;
  readonly status: 'created' | 'approved' | 'cancelled';
  readonly origin: 'ours' | 'foreign' | 'tombstone';
}

export interface PaymentSeen extends Row {
  readonly order_id: string;
  readonly saga_id: string;
  readonly charge_key: string;
  readonly status: string;
  readonly amount_minor: number;
  readonly captured_minor: number;
  readonly refunded_minor: number;
}

export interface ReservationSeen extends Row {
  readonly order_id: string;
  readonly saga_id: string;
  readonly status: string;
  readonly product_ids: readonly string[];
  readonly quantities: readonly number[];
}

export interface InboxSeen extends Row {
  readonly idempotency_key: string;
  readonly saga_id: string;
  readonly command_id: string;
  readonly command_type: string;
  readonly outcome: 'pending' | 'succeeded' | 'failed';
  readonly reply: string | null;
}

export class Tables {
  readonly order: Database;
  readonly payment: Database;
  readonly inventory: Database;
  readonly #histories = new Map<string, SagaTransition[]>();

  constructor(databases: Readonly<Record<'order' | 'payment' | 'inventory', Database>>) {
    this.order = databases.order;
    this.payment = databases.payment;
    this.inventory = databases.inventory;
  }

  sagas(): Iterable<SagaColumnsSeen> {
    return this.order.table('saga_transactions').rows.values() as Iterable<SagaColumnsSeen>;
  }

  saga(id: string): SagaColumnsSeen | undefined {
    return this.order.table('saga_transactions').rows.get(id) as SagaColumnsSeen | undefined;
  }

  sagaOfOrder(orderId: string): SagaColumnsSeen | undefined {
    const table = this.order.table('saga_transactions');
    return table.findBy('saga_transactions_order_id_unique', orderId) as SagaColumnsSeen | undefined;
  }

  orders(): Iterable<OrderSeen> {
    return this.order.table('orders').rows.values() as Iterable<OrderSeen>;
  }

  orderRow(orderId: string): OrderSeen | undefined {
    return this.order.table('orders').rows.get(orderId) as OrderSeen | undefined;
  }

  payments(): Iterable<PaymentSeen> {
    return this.payment.table('payments').rows.values() as Iterable<PaymentSeen>;
  }

  paymentOf(orderId: string): PaymentSeen | undefined {
    return this.payment.table('payments').rows.get(orderId) as PaymentSeen | undefined;
  }

  reservations(): Iterable<ReservationSeen> {
    return this.inventory.table('reservations').rows.values() as Iterable<ReservationSeen>;
  }

  reservationOf(orderId: string): ReservationSeen | undefined {
    return this.inventory.table('reservations').rows.get(orderId) as ReservationSeen | undefined;
  }

  historyEntry(sagaId: string, seq: number): string | undefined {
    return this.order.table('saga_history').rows.get(`${sagaId} ${seq}`)?.entry as string | undefined;
  }

  /** Read at rest, when it changes no more. */
  history(saga: SagaColumnsSeen): readonly SagaTransition[] {
    const known = this.#histories.get(saga.id);
    if (known !== undefined) return known;
    const entries: SagaTransition[] = [];
    this.#histories.set(saga.id, entries);
    for (let seq = 1; seq <= saga.seq; seq += 1) {
      const entry = this.historyEntry(saga.id, seq);
      if (entry !== undefined) entries.push(JSON.parse(entry) as SagaTransition);
    }
    return entries;
  }

  databases(): readonly Database[] {
    return [this.order, this.payment, this.inventory];
  }
}
