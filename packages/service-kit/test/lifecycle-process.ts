import { createServer } from 'node:http';
import { z } from 'zod';
import { readConfig, serviceSettings } from '../src/config.ts';
import { runProcess, stopInOrder } from '../src/lifecycle.ts';

/** A process for the tests of its life; `BEHAVIOUR` says what goes wrong in it. */
const settings = z.object({
  LOG_LEVEL: serviceSettings({ port: 0, instanceName: 'life' }).LOG_LEVEL,
  BEHAVIOUR: z.enum(['well', 'hangs', 'throws', 'rejects', 'cannot-start', 'never-starts']),
});

await runProcess('life', {
  drainMs: 200,
  configure: () => readConfig(settings, process.env),
  async start({ BEHAVIOUR }, log) {
    const server = createServer().listen(0, '127.0.0.1');
    if (BEHAVIOUR === 'never-starts') {
      log.info({}, 'starting');
      await new Promise(() => undefined);
    }
    if (BEHAVIOUR === 'cannot-start') throw new Error('outer', { cause: new Error('inner') });
    if (BEHAVIOUR === 'throws') setImmediate(() => throwNow());
    if (BEHAVIOUR === 'rejects') Promise.reject(new Error('nobody handles this'));
    return {
      stop: () =>
        stopInOrder([
          { name: 'work', stop: () => (BEHAVIOUR === 'hangs' ? new Promise(() => undefined) : undefined) },
          { name: 'server', stop: () => void server.close() },
        ]),
    };
  },
});

function throwNow(): never {
  throw new Error('nobody catches this');
}
