import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** `/health` (alive), `/ready` (which parts work; 503 only when a required one does not), `/metrics` (Prometheus). */
export function mountOperations(
  server: FastifyInstance,
  parts: { readonly readiness: Readiness; readonly metrics: Metrics },
): void {
  server.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
  server.get('/ready', async (_request, reply) => {
    const report = await parts.readiness.report();
    return reply.code(report.status === 'unready' ? 503 : 200).send(report);
  });
  server.get('/metrics', async (_request, reply) => {
    const { registry } = parts.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
