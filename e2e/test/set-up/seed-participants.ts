import { z } from 'zod';
import { newId } from '../../src/index.ts';
import type { Wire } from './wire.ts';

/** As serde reads the seed's struct: unknown fields are ignored, a missing one or an unknown type drops the message. */
// Any 128 bits: the seed's demo products are no UUIDs of a version.
const uuid = z.guid();
const envelope = z.object({
  id: uuid,
  saga_id: uuid,
  idempotency_key: z.string().max(255),
  created_at: z.iso.datetime({ offset: true }),
});
const i32 = z.int().min(-2_147_483_648).max(2_147_483_647);
const payments = envelope.extend({
  command_type: z.enum(['ProcessPayment', 'CompensatePayment']),
  payload: z.object({ order_id: uuid, amount: z.number(), payment_method: z.string() }),
});
const reservations = envelope.extend({
  command_type: z.enum(['ReserveInventory', 'CompensateInventory']),
  payload: z.object({ product_id: uuid, quantity: i32, order_id: uuid }),
});
export type PaymentCommand = z.output<typeof payments>;
export type InventoryCommand = z.output<typeof reservations>;

type Answer = { readonly result: unknown } | { readonly error: string };

/**
 * The seed's payment and inventory services, as far as anybody outside can tell: they read its fields, answer in its
 * words, know nothing of tombstones or ConfirmInventory, and answer each idempotency key once and for all.
 */
export class SeedParticipants {
  /** What is captured and not refunded, by order. */
  readonly captured = new Map<string, number>();
  /** What is reserved, by order. */
  readonly reserved = new Map<string, number>();
  /** Command types in the order in which they were answered, by order. */
  readonly done = new Map<string, string[]>();
  readonly unreadable: string[] = [];
  readonly stock: Map<string, number>;
  /** While it is set, payment commands wait, unanswered. */
  paymentsHeld: Promise<void> | null = null;
  declinesPayments = false;
  readonly #wire: Wire;
  readonly #answers = new Map<string, Answer>();

  constructor(wire: Wire, stock: Readonly<Record<string, number>>) {
    this.#wire = wire;
    this.stock = new Map(Object.entries(stock));
  }

  async start(): Promise<void> {
    await this.#serve('payment-service-commands', payments, async (command) => {
      await this.paymentsHeld;
      return this.#pay(command);
    });
    await this.#serve('inventory-service-commands', reservations, async (command) => this.#reserve(command));
  }

  async #serve<Command extends PaymentCommand | InventoryCommand>(
    topic: string,
    schema: z.ZodType<Command>,
    act: (command: Command) => Promise<Answer>,
  ): Promise<void> {
    await this.#wire.listen(topic, async (text) => {
      const { success, data } = schema.safeParse(JSON.parse(text));
      if (!success) {
        this.unreadable.push(text);
        return;
      }
      const answer = this.#answers.get(data.idempotency_key) ?? (await act(data));
      this.#answers.set(data.idempotency_key, answer);
      const done = this.done.get(data.payload.order_id) ?? [];
      this.done.set(data.payload.order_id, [...done, data.command_type]);
      await this.#reply(data, answer);
    });
  }

  #pay({ command_type, payload: { order_id, amount, payment_method } }: PaymentCommand): Answer {
    if (command_type === 'CompensatePayment') {
      this.captured.delete(order_id);
      return { result: { refunded: true } };
    }
    if (this.declinesPayments) return { error: 'Payment processing failed' };
    this.captured.set(order_id, amount);
    const at = '2026-01-01T10:00:00.123456789Z';
    const times = { processed_at: null, created_at: at, updated_at: at };
    const row = { id: newId(), order_id, amount: String(Math.trunc(amount)), payment_method };
    return { result: { ...row, status: 'processed', ...times } };
  }

  #reserve({ command_type, payload: { product_id, quantity, order_id } }: InventoryCommand): Answer {
    const available = this.stock.get(product_id);
    if (command_type === 'CompensateInventory') {
      this.stock.set(product_id, (available ?? 0) + (this.reserved.get(order_id) ?? 0));
      this.reserved.delete(order_id);
      return { result: { compensated: true } };
    }
    if (available === undefined) return { error: 'Product not found' };
    if (available < quantity) return { error: 'Insufficient inventory' };
    this.stock.set(product_id, available - quantity);
    this.reserved.set(order_id, quantity);
    return { result: { reserved: true, quantity } };
  }

  async #reply(command: PaymentCommand | InventoryCommand, answer: Answer): Promise<void> {
    const isDone = 'result' in answer;
    const reply = {
      id: newId(),
      command_id: command.id,
      saga_id: command.saga_id,
      status: isDone ? 'Success' : 'Failed',
      result: isDone ? answer.result : null,
      error: isDone ? null : answer.error,
      created_at: new Date().toISOString().replace('Z', '123456Z'),
    };
    await this.#wire.send('order-replies', command.saga_id, JSON.stringify(reply));
  }
}
