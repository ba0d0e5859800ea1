import type { Log } from '@order-saga/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, execute, subscribe } from 'graphql';
import type { RequestContext } from '../pipeline/context.ts';
import type { Admitted, Pipeline } from '../pipeline/pipeline.ts';
import { publicError } from '../pipeline/public-error.ts';
import type { ConnectionLimit } from './connection-limit.ts';
import { Deadline } from './deadline.ts';
import { EventStream } from './event-stream.ts';
import { asGraphqlError } from './http-faults.ts';
import type { HttpOperation } from './http-operation.ts';

export interface EventStreamsOptions {
  readonly pipeline: Pipeline;
  readonly connections: ConnectionLimit;
  /** How often a stream must show that somebody reads it. */
  readonly pingEveryMs: number;
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

export interface EventStreams {
  readonly size: number;
  /** Answers with a stream of the operation's results, or throws a public error before it began. */
  serve(request: FastifyRequest, reply: FastifyReply, asked: AskedStream): void;
  /** Ends every stream, at once and without a `complete`, which clients take as a call to connect again elsewhere. */
  stop(): void;
}

export interface AskedStream {
  readonly operation: HttpOperation;
  readonly admitted: Admitted;
  readonly context: RequestContext;
}

type Source = AsyncIterator<ExecutionResult, unknown>;

/**
 * GraphQL over server-sent events, in the distinct connections mode of graphql-sse: one request, one stream. The
 * library's own server queues results without a bound while a client does not read; here the next one is made only
 * when the last has left.
 */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { pipeline, connections, log, now } = options;
  const open = new Set<{ readonly stream: EventStream; readonly end: () => void }>();
  let isStopping = false;

  const pings = setInterval(() => {
    for (const { stream } of open) stream.ping();
  }, options.pingEveryMs);
  pings.unref();

  function serve(request: FastifyRequest, reply: FastifyReply, asked: AskedStream): void {
    const { context } = asked;
    if (isStopping)
      throw publicError('OVERLOADED', 'This gateway is stopping. Try again.', { retryAfterS: 1 });
    const place = connections.take(request.ip);
    if (place === 'full') {
      throw publicError('OVERLOADED', 'There are too many open streams. Try again later.', {
        retryAfterS: 5,
      });
    }
    if (place === 'client-full') {
      throw publicError('TOO_MANY_CONNECTIONS', 'You have too many open streams: end some first.', {
        retryAfterS: 5,
      });
    }
    let source: Source | undefined;
    let ending: unknown;
    const endSource = () => void source?.return?.(undefined)?.catch(() => undefined);
    const expiry = new Deadline(() => {
      ending = publicError('UNAUTHENTICATED', 'The token has expired: get a new one and subscribe again.');
      endSource();
    });

    reply.hijack();
    reply.raw.writeHead(200, { ...headersOf(reply), ...EVENT_STREAM });
    const entry = {
      stream: new EventStream(reply.raw, {
        onClosed() {
          place.release();
          expiry.clear();
          open.delete(entry);
          endSource();
        },
      }),
      end() {
        entry.stream.end();
        endSource();
      },
    };
    open.add(entry);
    if (context.principal.expiresAt !== null) expiry.set(context.principal.expiresAt - now());
    void run().catch((err) => {
      log.error({ err }, 'an event stream failed');
      reply.raw.destroy();
    });

    async function run(): Promise<void> {
      const { stream } = entry;
      const started = await begin(asked);
      if (Symbol.asyncIterator in started) {
        source = started[Symbol.asyncIterator]();
        if (stream.isOver) endSource();
        const failure = await copy(source, stream, context);
        ending ??= failure;
        if (ending !== undefined) await stream.next({ errors: present([ending], context) });
      } else {
        await stream.next(presented(started, context));
      }
      await stream.complete();
    }
  }

  /** Passes results on until there are no more; answers what the source failed with. */
  async function copy(source: Source, stream: EventStream, context: RequestContext): Promise<unknown> {
    try {
      for (let part = await source.next(); !part.done; part = await source.next()) {
        await stream.next(presented(part.value, context));
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async function begin({
    admitted,
    operation: { operationName, variables },
    context: contextValue,
  }: AskedStream): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
    if (!admitted.ok) return { errors: admitted.errors };
    const args = {
      schema: pipeline.schema,
      document: admitted.document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue,
    };
    try {
      return await (admitted.operation.operation === 'subscription' ? subscribe(args) : execute(args));
    } catch (error) {
      return { errors: [asGraphqlError(error)] };
    }
  }

  const present = (errors: readonly unknown[], context: RequestContext) =>
    pipeline.present(errors, context) as never;
  const presented = (result: ExecutionResult, context: RequestContext): ExecutionResult =>
    result.errors === undefined ? result : { ...result, errors: present(result.errors, context) };

  return {
    get size() {
      return open.size;
    },
    serve,
    stop() {
      isStopping = true;
      clearInterval(pings);
      for (const { end } of [...open]) end();
    },
  };
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Or a proxy collects what should arrive as it happens.
  'x-accel-buffering': 'no',
};

/** What was set for the reply by others, as CORS. */
const headersOf = (reply: FastifyReply): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value : String(value)]],
    ),
  );
