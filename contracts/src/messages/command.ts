import { z } from 'zod';
import { DEFAULT_CURRENCY, type Money, parseAmount, toSeedFloat } from '../money.ts';
import {
  currencySchema,
  DEFAULT_PAYMENT_METHOD,
  MAX_LINES,
  type OrderLine,
  sumLines,
  uuidSchema,
} from '../order.ts';

/**
 * A command on the wire: the seed's JSON envelope. Fields of ours (`lines`, `amount_minor`, `currency`, …) stand beside
 * the seed's, which are written for its participants and read only where ours are absent.
 */
export const COMMAND_TYPES = [
  'CreateOrder',
  'ProcessPayment',
  'ReserveInventory',
  'ApproveOrder',
  'ConfirmInventory',
  'CompensatePayment',
  'CompensateInventory',
  'CancelOrder',
] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

interface Envelope<Type extends CommandType, Payload> {
  readonly id: string;
  readonly sagaId: string;
  readonly type: Type;
  readonly payload: Payload;
  readonly idempotencyKey: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

export interface OrderPayload {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentMethod: string;
}

export interface PaymentPayload {
  readonly orderId: string;
  readonly amount: Money;
  readonly paymentMethod: string;
  /** The payment a refund is for; absent on ProcessPayment and from a foreign orchestrator. */
  readonly paymentId?: string | undefined;
}

export interface InventoryPayload {
  readonly orderId: string;
  readonly lines: readonly OrderLine[];
  /** The reservation a release or a confirmation is for; absent on ReserveInventory and from a foreign orchestrator. */
  readonly reservationId?: string | undefined;
}

export type OrderCommand = Envelope<'CreateOrder' | 'ApproveOrder' | 'CancelOrder', OrderPayload>;
export type PaymentCommand = Envelope<'ProcessPayment' | 'CompensatePayment', PaymentPayload>;
export type InventoryCommand = Envelope<
  'ReserveInventory' | 'CompensateInventory' | 'ConfirmInventory',
  InventoryPayload
>;
export type Command = OrderCommand | PaymentCommand | InventoryCommand;

const quantitySchema = z.int().min(1).max(2_147_483_647);
const wireLines = z
  .array(z.object({ product_id: uuidSchema, quantity: quantitySchema }))
  .min(1)
  .max(MAX_LINES);
const seedLine = { product_id: uuidSchema.optional(), quantity: quantitySchema.optional() };
const ourMoney = { amount_minor: z.int().positive().optional(), currency: currencySchema.optional() };

const orderWire = z
  .object({
    order_id: uuidSchema,
    customer_id: uuidSchema,
    ...seedLine,
    lines: wireLines.optional(),
    total_amount: z.number(),
    ...ourMoney,
    payment_method: z.string().min(1).max(64).optional(),
  })
  .transform(
    (wire, context): OrderPayload => ({
      orderId: wire.order_id,
      customerId: wire.customer_id,
      lines: readLines(wire, context),
      total: readMoney(wire.total_amount, 'total_amount', wire, context),
      paymentMethod: wire.payment_method ?? DEFAULT_PAYMENT_METHOD,
    }),
  );

const paymentWire = z
  .object({
    order_id: uuidSchema,
    amount: z.number(),
    payment_method: z.string().min(1).max(64),
    ...ourMoney,
    payment_id: uuidSchema.optional(),
  })
  .transform(
    (wire, context): PaymentPayload => ({
      orderId: wire.order_id,
      amount: readMoney(wire.amount, 'amount', wire, context),
      paymentMethod: wire.payment_method,
      paymentId: wire.payment_id,
    }),
  );

const inventoryWire = z
  .object({
    order_id: uuidSchema,
    ...seedLine,
    lines: wireLines.optional(),
    reservation_id: uuidSchema.optional(),
  })
  .transform(
    (wire, context): InventoryPayload => ({
      orderId: wire.order_id,
      lines: readLines(wire, context),
      reservationId: wire.reservation_id,
    }),
  );

const envelopeFields = {
  id: uuidSchema,
  saga_id: uuidSchema,
  idempotency_key: z.string().min(1).max(255),
  created_at: z.string().min(1).max(64),
};

interface WireEnvelope<Type, Payload> {
  id: string;
  saga_id: string;
  command_type: Type;
  payload: Payload;
  idempotency_key: string;
  created_at: string;
}

const readEnvelope = <Type, Payload>(wire: WireEnvelope<Type, Payload>) => ({
  id: wire.id,
  sagaId: wire.saga_id,
  type: wire.command_type,
  payload: wire.payload,
  idempotencyKey: wire.idempotency_key,
  createdAt: wire.created_at,
});

/** What each command topic carries; anything else there does not decode and goes to dead letters. */
export const orderCommandSchema = z
  .object({
    ...envelopeFields,
    command_type: z.enum(['CreateOrder', 'ApproveOrder', 'CancelOrder']),
    payload: orderWire,
  })
  .transform(readEnvelope);
export const paymentCommandSchema = z
  .object({
    ...envelopeFields,
    command_type: z.enum(['ProcessPayment', 'CompensatePayment']),
    payload: paymentWire,
  })
  .transform(readEnvelope);
export const inventoryCommandSchema = z
  .object({
    ...envelopeFields,
    command_type: z.enum(['ReserveInventory', 'CompensateInventory', 'ConfirmInventory']),
    payload: inventoryWire,
  })
  .transform(readEnvelope);

interface LineFields {
  readonly product_id?: string | undefined;
  readonly quantity?: number | undefined;
  readonly lines?: readonly { readonly product_id: string; readonly quantity: number }[] | undefined;
}

function readLines(wire: LineFields, context: z.core.$RefinementCtx): OrderLine[] {
  if (wire.lines)
    return sumLines(wire.lines.map((line) => ({ productId: line.product_id, quantity: line.quantity })));
  if (wire.product_id !== undefined && wire.quantity !== undefined) {
    return [{ productId: wire.product_id, quantity: wire.quantity }];
  }
  context.addIssue({
    code: 'custom',
    path: ['lines'],
    message: 'either lines or product_id and quantity must be given',
  });
  return [];
}

interface MoneyFields {
  readonly amount_minor?: number | undefined;
  readonly currency?: Money['currency'] | undefined;
}

function readMoney(
  seedFloat: number,
  field: string,
  wire: MoneyFields,
  context: z.core.$RefinementCtx,
): Money {
  const currency = wire.currency ?? DEFAULT_CURRENCY;
  if (wire.amount_minor !== undefined) return { minor: wire.amount_minor, currency };
  const amount = parseAmount(seedFloat, currency);
  if (amount.ok) return { minor: amount.minor, currency };
  context.addIssue({
    code: 'custom',
    path: [field],
    message: `is not an amount of ${currency}: ${amount.problem}`,
  });
  return { minor: 0, currency };
}

/** The exact JSON text of a command. The single-line fields of the seed are there for one-line orders only. */
export function encodeCommand(command: Command): string {
  return JSON.stringify({
    id: command.id,
    saga_id: command.sagaId,
    command_type: command.type,
    payload: encodePayload(command),
    idempotency_key: command.idempotencyKey,
    created_at: command.createdAt,
  });
}

function encodePayload(command: Command): object {
  switch (command.type) {
    case 'CreateOrder':
    case 'ApproveOrder':
    case 'CancelOrder':
      return encodeOrderPayload(command.payload);
    case 'ProcessPayment':
    case 'CompensatePayment': {
      const { orderId, amount, paymentMethod, paymentId } = command.payload;
      return {
        order_id: orderId,
        amount: toSeedFloat(amount),
        payment_method: paymentMethod,
        amount_minor: amount.minor,
        currency: amount.currency,
        payment_id: paymentId,
      };
    }
    case 'ReserveInventory':
    case 'CompensateInventory':
    case 'ConfirmInventory': {
      const { orderId, lines, reservationId } = command.payload;
      return { ...encodeLines(lines), order_id: orderId, reservation_id: reservationId };
    }
    default:
      throw new Error(`no such command: ${(command satisfies never as Command).type}`);
  }
}

export function encodeOrderPayload({
  orderId,
  customerId,
  lines,
  total,
  paymentMethod,
}: OrderPayload): object {
  return {
    order_id: orderId,
    customer_id: customerId,
    ...encodeLines(lines),
    total_amount: toSeedFloat(total),
    amount_minor: total.minor,
    currency: total.currency,
    payment_method: paymentMethod,
  };
}

function encodeLines(lines: readonly OrderLine[]): object {
  const [first] = lines;
  const seed = lines.length === 1 && first ? { product_id: first.productId, quantity: first.quantity } : {};
  return { ...seed, lines: lines.map((line) => ({ product_id: line.productId, quantity: line.quantity })) };
}
