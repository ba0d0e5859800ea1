import type {
  ConsoleService,
  ProcessedCommandView,
  SagaCase,
  SagaCommandView,
  SagaInspection,
} from '@order-saga/contracts';
import type { Services } from '../services/services.ts';
import { ask } from './ask.ts';

/** All that anybody knows of a saga; a service that does not answer leaves a hole that is told, and nothing else. */
export async function openSagaCase(services: Services, id: string): Promise<SagaCase | null> {
  const inspection = await ask(services.orders, (it, options) => it.sagas.inspect.query({ id }, options));
  if (inspection === null) return null;
  const { order } = inspection;
  const missing: SagaCase['missing'] = [];
  const orMissing = async <Answer>(
    service: ConsoleService,
    asked: Promise<Answer>,
  ): Promise<Answer | null> => {
    try {
      return await asked;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!missing.some((each) => each.service === service)) missing.push({ service, reason });
      return null;
    }
  };
  const [memories, payment, reservation] = await Promise.all([
    memoriesOf(services, inspection, orMissing),
    orMissing(
      'payment',
      ask(services.payments, (it, options) => it.payments.byOrder.query({ orderId: order.id }, options)),
    ),
    orMissing(
      'inventory',
      ask(services.products, (it, options) => it.reservations.byOrder.query({ orderId: order.id }, options)),
    ),
  ]);
  return { ...inspection, memories, payment, reservation, missing };
}

type OrMissing = <Answer>(service: ConsoleService, asked: Promise<Answer>) => Promise<Answer | null>;

async function memoriesOf(
  services: Services,
  { commands }: SagaInspection,
  orMissing: OrMissing,
): Promise<SagaCase['memories']> {
  const remember = async (service: ConsoleService, ask: (keys: string[]) => Promise<Remembered>) => {
    const keys = keysOf(commands, service);
    const rows = keys.length === 0 ? [] : await orMissing(service, ask(keys));
    return rows === null ? [] : keys.map((key, index) => [key, rows[index] ?? null] as const);
  };
  const entries = await Promise.all([
    remember('order', (keys) =>
      ask(services.orders, (it, options) => it.inbox.byKeys.query({ keys }, options)),
    ),
    remember('payment', (keys) =>
      ask(services.payments, (it, options) => it.inbox.byKeys.query({ keys }, options)),
    ),
    remember('inventory', (keys) =>
      ask(services.products, (it, options) => it.inbox.byKeys.query({ keys }, options)),
    ),
  ]);
  return Object.fromEntries(entries.flat());
}

type Remembered = (ProcessedCommandView | null)[];

const keysOf = (commands: readonly SagaCommandView[], service: ConsoleService): string[] =>
  commands.filter(({ participant }) => participant === service).map(({ idempotencyKey }) => idempotencyKey);
