import { CONSOLE_SERVICES, type ConsoleService, type Overview } from '@order-saga/contracts';
import { keepAliveFetch, type ReadinessReport } from '@order-saga/service-kit';
import type { Services } from '../services/services.ts';
import { ask } from './ask.ts';
import type { Reading } from './take-sample.ts';

/** Where each process of a service listens, or one name for all of them. */
export type Targets = Readonly<Record<ConsoleService, readonly string[]>>;

export interface Probe {
  /** Of every process, whether it answers or not. */
  readings(): Promise<readonly Reading[]>;
  health(): Promise<Overview['services']>;
}

const PATIENCE_MS = 2_000;

/** Looks at the services from outside: what they say of their health, and what they count. */
export function probeOf(services: Services, targets: Targets): Probe {
  const fetch = keepAliveFetch({ timeoutMs: PATIENCE_MS });
  const textOf = (url: string): Promise<string | null> =>
    fetch(url)
      .then((answer) => (answer.ok || answer.status === 503 ? answer.text() : null))
      .catch(() => null);

  const outboxOf = (service: ConsoleService) => outboxStats(services, service).catch(() => null);

  const processes = CONSOLE_SERVICES.flatMap((service) => targets[service].map((url) => ({ service, url })));

  return {
    readings: () =>
      Promise.all(
        processes.map(async ({ service, url }): Promise<Reading> => {
          const [metrics, outbox] = await Promise.all([textOf(`${url}/metrics`), outboxOf(service)]);
          return {
            service,
            source: url,
            metrics,
            outboxAgeMs: outbox === null ? null : (outbox.oldestAgeMs ?? 0),
          };
        }),
      ),
    health: () =>
      Promise.all(
        CONSOLE_SERVICES.map(async (name): Promise<Overview['services'][number]> => {
          const urls = targets[name];
          const [reports, outbox] = await Promise.all([
            Promise.all(urls.map((url) => textOf(`${url}/ready`).then(reportOf))),
            outboxOf(name),
          ]);
          return { name, ...together(reports), outbox };
        }),
      ),
  };
}

function reportOf(text: string | null): ReadinessReport | null {
  try {
    return text === null ? null : (JSON.parse(text) as ReadinessReport);
  } catch {
    return null;
  }
}

/** A service is as well as the best of its processes: the others' work is done by it. */
function together(
  reports: readonly (ReadinessReport | null)[],
): Pick<Overview['services'][number], 'status' | 'parts'> {
  const answered = reports.filter((report) => report !== null);
  if (answered.length === 0) return { status: 'unreachable', parts: [] };
  const best =
    (['ready', 'degraded', 'unready'] as const).find((status) =>
      answered.some((report) => report.status === status),
    ) ?? 'unready';
  const parts = answered.flatMap(({ parts }) => parts.map(({ name, ok, reason }) => ({ name, ok, reason })));
  const silent = reports.length - answered.length;
  if (silent > 0) {
    parts.push({ name: 'replicas', ok: false, reason: `${silent} of ${reports.length} do not answer` });
  }
  return { status: silent > 0 && best === 'ready' ? 'degraded' : best, parts };
}

function outboxStats(services: Services, service: ConsoleService) {
  switch (service) {
    case 'order':
      return ask(services.orders, (it, options) => it.outbox.stats.query(undefined, options));
    case 'payment':
      return ask(services.payments, (it, options) => it.outbox.stats.query(undefined, options));
    case 'inventory':
      return ask(services.products, (it, options) => it.outbox.stats.query(undefined, options));
    default:
      throw new Error(`no such service: ${service satisfies never}`);
  }
}
