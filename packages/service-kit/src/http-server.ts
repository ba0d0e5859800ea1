import { isUtf8 } from 'node:buffer';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { httpFaultOf } from './http-errors.ts';
import { trackKnownPaths } from './known-paths.ts';
import type { Log } from './log.ts';

export interface HttpServerOptions {
  readonly log: Log;
  /** `*`, or the origins whose pages may call. */
  readonly corsOrigins: '*' | readonly string[];
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Proxies whose `X-Forwarded-For` says who the client is; default none. */
  readonly trustedProxies?: readonly string[];
  /** How long a client may take to send a request; default 10 s. */
  readonly requestTimeoutMs?: number;
}

/** Longer than the usual idle time of load balancers and clients, so that it is they who hang up. */
const KEEP_ALIVE_MS = 65_000;
/** A batch of tRPC calls names all its procedures in one path segment. */
const MAX_PATH_SEGMENT = 4_000;

/**
 * A Fastify server that answers every failure as `{ error }` in JSON: 404, 405 with `allow`, 400 and 415 for a body
 * that is not JSON, 413 for one too large, the status of a `RequestError`, and 500 without a word about its cause,
 * which is in the log. It writes no line per request.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { log } = options;
  const server = Fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? 1_048_576,
    ...(options.trustedProxies?.length ? { trustProxy: [...options.trustedProxies] } : {}),
    requestTimeout: options.requestTimeoutMs ?? 10_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Idle connections must not hold up a drain; those with a request are let finish.
    forceCloseConnections: 'idle',
    // A request that comes on a busy connection meanwhile is served, too, and told to hang up: Fastify's own 503 would
    // say neither in our words what is wrong nor when to come back.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PATH_SEGMENT },
    frameworkErrors: (error, _request, reply) => sendFault(error, reply as FastifyReply, log),
  });
  const known = trackKnownPaths(server);

  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i,
    { parseAs: 'buffer' },
    utf8Json(server.getDefaultJsonParser('error', 'error')),
  );
  await server.register(cors, {
    origin: options.corsOrigins === '*' ? '*' : [...options.corsOrigins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['retry-after'],
    maxAge: 600,
    strictPreflight: false,
  });

  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = known.methodsOf(path);
    // A route for whole folders makes paths known that nothing lies at.
    if (methods.length === 0 || methods.includes(request.method))
      return reply.code(404).send({ error: `there is nothing at ${path}` });
    return reply
      .code(405)
      .header('allow', methods.join(', '))
      .send({ error: `${path} answers ${methods.join(', ')}, not ${request.method}` });
  });
  server.setErrorHandler((error, request, reply) => sendFault(error, reply, log, request));
  return server;
}

type JsonParser = ReturnType<FastifyInstance['getDefaultJsonParser']>;

/** JSON is UTF-8 (RFC 8259); other bytes would be read as replacement characters, and what was sent is not what we took. */
const utf8Json =
  (parse: JsonParser) =>
  (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void): void => {
    if (isUtf8(body)) void parse(request, body.toString(), done);
    else done(bodyFault(400, 'FST_ERR_CTP_INVALID_JSON_BODY'));
  };

function sendFault(error: unknown, reply: FastifyReply, log: Log, request?: FastifyRequest): void {
  const fault = httpFaultOf(error);
  if (fault.isInternal) {
    log.error({ err: error, method: request?.method, route: request?.routeOptions.url }, 'a request failed');
  }
  if (fault.retryAfterS !== undefined) reply.header('retry-after', String(Math.ceil(fault.retryAfterS)));
  if (fault.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.code(fault.status).send(fault.body);
}

/** Refuses a request that did not say it sends JSON (415), or sent nothing (400): for `preValidation` of a route. */
export async function requireJson(request: FastifyRequest): Promise<void> {
  if (request.headers['content-type'] === undefined) throw bodyFault(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE');
  if (request.body === undefined || request.body === null)
    throw bodyFault(400, 'FST_ERR_CTP_EMPTY_JSON_BODY');
}

const bodyFault = (statusCode: number, code: string): Error =>
  Object.assign(new Error(code), { statusCode, code });

/** Listens, and answers the base URL to reach it by on this machine. A port that is taken names its remedy. */
export async function listen(server: FastifyInstance, at: { host: string; port: number }): Promise<string> {
  try {
    await server.listen({ host: at.host, port: at.port, backlog: 1_024 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `port ${at.port} is taken by another process: stop that process, or set PORT to a free port`,
      { cause: error },
    );
  }
  const address = server.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : at.port;
  return `http://${at.host === '0.0.0.0' || at.host === '::' ? '127.0.0.1' : at.host}:${port}`;
}
