import { newId } from '../../src/index.ts';
import type { ReplyListener, Wire } from './wire.ts';

const TOPIC_OF = {
  CreateOrder: 'order-service-commands',
  ProcessPayment: 'payment-service-commands',
  ReserveInventory: 'inventory-service-commands',
  ApproveOrder: 'order-service-commands',
  CompensateInventory: 'inventory-service-commands',
  CompensatePayment: 'payment-service-commands',
  CancelOrder: 'order-service-commands',
} as const;
export type SeedCommandType = keyof typeof TOPIC_OF;

export interface SeedCommand {
  readonly id: string;
  readonly saga_id: string;
  readonly command_type: SeedCommandType;
  readonly payload: object;
  readonly idempotency_key: string;
  readonly created_at: string;
}

export interface SeedReply {
  readonly id: string;
  readonly command_id: string;
  readonly saga_id: string;
  readonly status: string;
  readonly result: unknown;
  readonly error: string | null;
  readonly created_at: string;
}

interface SeedOrder {
  readonly product: string;
  readonly quantity: number;
  readonly amount: number;
  readonly payment: string;
}

/** The seed's orchestrator with one saga: its commands field by field, with none of ours. */
export class SeedOrchestrator {
  readonly sagaId: string = newId();
  readonly orderId: string = newId();
  readonly #customerId = newId();
  readonly #wire: Wire;
  readonly #replies: ReplyListener;
  readonly #order: SeedOrder;

  constructor(wire: Wire, replies: ReplyListener, order: SeedOrder) {
    this.#wire = wire;
    this.#replies = replies;
    this.#order = order;
  }

  /** Sends a new command and waits for its reply, whose fields are those that the seed reads. */
  async command(type: SeedCommandType): Promise<SeedReply> {
    const command = this.build(type);
    await this.send(command);
    const [text = ''] = await this.#replies.to(command.id);
    const reply = JSON.parse(text) as SeedReply;
    const fields = ['id', 'command_id', 'saga_id', 'status', 'result', 'error', 'created_at'];
    const missing = fields.filter((field) => !(field in reply));
    if (missing.length > 0) throw new Error(`the seed cannot read ${text}: ${missing.join(', ')} missing`);
    if (reply.saga_id !== this.sagaId) throw new Error(`the reply is to another saga: ${text}`);
    return reply;
  }

  /** As `serde_json` writes the seed's struct: a random key per command, nanoseconds in the time. */
  build(type: SeedCommandType): SeedCommand {
    return {
      id: newId(),
      saga_id: this.sagaId,
      command_type: type,
      payload: this.#payload(type),
      idempotency_key: `${this.sagaId}-${type}-${newId()}`,
      created_at: new Date().toISOString().replace('Z', '456789Z'),
    };
  }

  async send(command: SeedCommand): Promise<void> {
    await this.#wire.send(TOPIC_OF[command.command_type], this.sagaId, JSON.stringify(command));
  }

  #payload(type: SeedCommandType): object {
    const { orderId: order_id } = this;
    const { product: product_id, quantity, amount, payment: payment_method } = this.#order;
    switch (type) {
      case 'CreateOrder':
      case 'ApproveOrder':
      case 'CancelOrder':
        return { order_id, customer_id: this.#customerId, product_id, quantity, total_amount: amount };
      case 'ProcessPayment':
      case 'CompensatePayment':
        return { order_id, amount, payment_method };
      case 'ReserveInventory':
      case 'CompensateInventory':
        return { product_id, quantity, order_id };
      default:
        return type satisfies never;
    }
  }
}
