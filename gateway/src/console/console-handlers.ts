import type {
  ConsoleHandlers,
  ConsoleService,
  DeadLetter,
  DeadLetterDetail,
  Overview,
  Page,
} from '@order-saga/contracts';
import type { Readiness } from '@order-saga/service-kit';
import type { Services } from '../services/services.ts';
import { ask } from './ask.ts';
import type { Probe } from './probe.ts';
import { openSagaCase } from './saga-case.ts';
import type { Sampler } from './sampler.ts';

export interface ConsoleParts {
  readonly services: Services;
  readonly probe: Probe;
  readonly sampler: Sampler;
  /** Of the gateway itself. */
  readonly readiness: Readiness;
}

/** The console's procedures: each asks the services behind, and none changes anything. */
export function consoleHandlers({ services, probe, sampler, readiness }: ConsoleParts): ConsoleHandlers {
  const { orders } = services;
  return {
    async overview(): Promise<Overview> {
      const [behind, own, sagas] = await Promise.all([
        probe.health(),
        readiness.report(),
        ask(orders, (it, options) => it.sagas.stats.query(undefined, options)).catch(() => null),
      ]);
      const parts = own.parts.map(({ name, ok, reason }) => ({ name, ok, reason }));
      return { services: [...behind, { name: 'gateway', status: own.status, parts, outbox: null }], sagas };
    },
    sagas: {
      list: (input) => ask(orders, (it, options) => it.sagas.list.query(input, options)),
      byIds: (ids) => ask(orders, (it, options) => it.sagas.byIds.query({ ids: [...ids] }, options)),
      byId: (id) => openSagaCase(services, id),
    },
    deadLetters: {
      async list({ service, ...input }) {
        const { items, nextCursor } = await deadLettersOf(services, service).list(input);
        return { items: items.map((letter) => ({ ...letter, service })), nextCursor };
      },
      byId: ({ service, id }) => deadLettersOf(services, service).byId(id),
    },
    charts: (after) => ({ everyMs: sampler.everyMs, samples: sampler.after(after) }),
  };
}

type PageInput = { limit: number; cursor?: string | null | undefined };

function deadLettersOf(
  { orders, payments, products }: Services,
  service: ConsoleService,
): { list(input: PageInput): Promise<Page<DeadLetter>>; byId(id: string): Promise<DeadLetterDetail | null> } {
  switch (service) {
    case 'order':
      return {
        list: (input) => ask(orders, (it, options) => it.deadLetters.list.query(input, options)),
        byId: (id) => ask(orders, (it, options) => it.deadLetters.byId.query({ id }, options)),
      };
    case 'payment':
      return {
        list: (input) => ask(payments, (it, options) => it.deadLetters.list.query(input, options)),
        byId: (id) => ask(payments, (it, options) => it.deadLetters.byId.query({ id }, options)),
      };
    case 'inventory':
      return {
        list: (input) => ask(products, (it, options) => it.deadLetters.list.query(input, options)),
        byId: (id) => ask(products, (it, options) => it.deadLetters.byId.query({ id }, options)),
      };
    default:
      throw new Error(`no such service: ${service satisfies never}`);
  }
}
