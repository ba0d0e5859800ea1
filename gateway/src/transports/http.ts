import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type Log, traceparentOf } from '@order-saga/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../pipeline/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { AskedDocument } from '../pipeline/trusted-documents.ts';
import type { EventStreams } from './event-streams.ts';
import { httpFaultOf } from './http-faults.ts';
import { readHttpOperation, searchOf } from './http-operation.ts';
import { type AllowedOrigins, isOriginAllowed } from './origin.ts';

export interface HttpTransportOptions {
  readonly server: FastifyInstance;
  readonly path: string;
  readonly pipeline: Pipeline;
  readonly origins: AllowedOrigins;
  readonly streams: EventStreams;
  readonly log: Log;
  /** What a browser that comes for a page is shown; absent: nothing, it is refused like any other GET without a query. */
  readonly page?: (reply: FastifyReply) => FastifyReply;
}

/** GraphQL over HTTP, POST and GET: by Apollo Server, and by event streams for those who ask for one. */
export async function mountHttp(options: HttpTransportOptions): Promise<{ stop(): Promise<void> }> {
  const { server, path, pipeline, log } = options;
  const apollo = new ApolloServer<RequestContext>({
    schema: pipeline.schema,
    parseOptions: pipeline.parseOptions,
    validationRules: [...pipeline.rules],
    validationOptions: pipeline.validationOptions,
    // Apollo's own switch would work on this transport only; the pipeline's rule works on all.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => pipeline.mask(error),
    logger: apolloLog(log),
    plugins: [
      errorsOf(pipeline),
      NO_SUBSCRIPTIONS,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // Both would call Apollo's cloud if the environment happened to hold a key for it.
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  server.route({
    method: ['GET', 'POST'],
    url: path,
    ...(options.page === undefined ? {} : { preHandler: pageFor(options.page) }),
    handler: async (request, reply) => {
      if (!isOriginAllowed(request.headers, options.origins)) return refuse(reply, FOREIGN_ORIGIN);
      return prefersEvents(request.headers.accept) ? stream(request, reply) : answer(request, reply);
    },
  });
  return { stop: () => apollo.stop() };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const httpGraphQLRequest = {
      method: request.method,
      headers: headerMapOf(request),
      search: searchOf(request),
      body: request.body,
    };
    const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      // Apollo asks for it after it has ruled out forged requests, and before it looks at what is asked for.
      context: async () => {
        try {
          const context = await contextOf(request);
          nameDocument(httpGraphQLRequest, pipeline);
          return context;
        } catch (error) {
          throw withStatus(error);
        }
      },
    });
    for (const [name, value] of headers) reply.header(name, value);
    reply.code(status ?? 200);
    // Nothing here is deferred, so that an answer is always whole.
    return body.kind === 'complete' ? body.string : '';
  }

  async function stream(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (isForgeable(request)) return refuse(reply, FORGEABLE);
    let context: RequestContext | undefined;
    try {
      context = await contextOf(request);
      const operation = readHttpOperation(request);
      const admitted = pipeline.admit(operation);
      if (request.method === 'GET' && admitted.ok && admitted.operation.operation === 'mutation') {
        return refuse(reply.code(405).header('allow', 'POST'), MUTATION_BY_GET);
      }
      options.streams.serve(request, reply, { operation, admitted, context });
      return reply;
    } catch (error) {
      return refuse(reply, error, context);
    }
  }

  function refuse(reply: FastifyReply, error: unknown, context?: RequestContext): FastifyReply {
    const errors = pipeline.present([error], context);
    const { status, headers } = httpFaultOf(errors[0] ?? {});
    if (reply.statusCode === 200) reply.code(status);
    return reply
      .headers(Object.fromEntries(headers))
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ errors }));
  }

  function contextOf(request: FastifyRequest): Promise<RequestContext> {
    const credentials = { authorization: request.headers.authorization, address: request.ip };
    return pipeline.contextFor(credentials, traceparentOf(request.headers));
  }
}

/** Puts the text of a trusted document where Apollo looks for one, and refuses one that is none. */
function nameDocument(request: { body: unknown; search: string; method: string }, pipeline: Pipeline): void {
  if (request.method === 'GET') {
    const search = new URLSearchParams(request.search);
    const extensions = search.get('extensions');
    const text = pipeline.textOf({
      query: search.get('query'),
      documentId: search.get('documentId'),
      extensions: extensions === null ? undefined : parsed(extensions),
    });
    if (text === undefined || text === search.get('query')) return;
    search.set('query', text);
    search.delete('extensions');
    request.search = `?${search}`;
    return;
  }
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  const text = pipeline.textOf(body);
  if (text === undefined || text === (body as AskedDocument).query) return;
  const { extensions: _named, documentId: _too, ...others } = body as AskedDocument;
  request.body = { ...others, query: text };
}

/** What is no JSON is Apollo's to refuse. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Which of what we can answer with the client named first. */
function prefersEvents(accept: string | undefined): boolean {
  const known = ['text/event-stream', 'application/json', 'application/graphql-response+json', '*/*'];
  const types = (accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  return types.find((type) => known.includes(type)) === 'text/event-stream';
}

/** Whether a page of another origin could have sent this without asking us first; as Apollo judges it on its side. */
const isForgeable = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' &&
  headers['apollo-require-preflight'] === undefined &&
  headers['x-apollo-operation-name'] === undefined &&
  headers.authorization === undefined &&
  // A browser's EventSource can set no header, but no page can set this one.
  headers['sec-fetch-site'] !== 'same-origin';

const refusal = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });
const FOREIGN_ORIGIN = refusal('FORBIDDEN', 'Pages of this origin may not call: see CORS_ORIGINS.');
const FORGEABLE = refusal(
  'BAD_REQUEST',
  'This could be sent by any page (CSRF): use POST with JSON, or send the header apollo-require-preflight.',
);
const MUTATION_BY_GET = refusal('BAD_REQUEST', 'A mutation goes by POST.');

const headerMapOf = ({ headers }: FastifyRequest): HeaderMap =>
  new HeaderMap(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

const pageFor =
  (page: (reply: FastifyReply) => FastifyReply) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
    request.method === 'GET' && request.headers.accept?.includes('text/html') ? page(reply) : undefined;

/** `formatError` knows nothing of the request; here the answer's errors get its trace, and our defects a line in the log. */
const errorsOf = (pipeline: Pipeline): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => ({
    async willSendResponse({ response, errors, contextValue }) {
      if (errors === undefined || response.body.kind !== 'single') return;
      response.body.singleResult.errors = pipeline.present(errors, contextValue);
    },
  }),
});

function withStatus(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { status, headers } = httpFaultOf(error);
  const http = { status, headers: new HeaderMap(headers) };
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http } });
}

/** Executed like a query, a subscription would fail in a way that looks like a fault of ours. */
const NO_SUBSCRIPTIONS: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation }) {
      if (operation?.operation !== 'subscription') return;
      throw new GraphQLError(
        'Subscriptions go over WebSocket (graphql-transport-ws), or as text/event-stream (graphql-sse), at this address.',
        {
          extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
        },
      );
    },
  }),
};

const apolloLog = (log: Log) => ({
  debug: (message?: unknown) => log.debug({}, String(message)),
  info: (message?: unknown) => log.info({}, String(message)),
  warn: (message?: unknown) => log.warn({}, String(message)),
  error: (message?: unknown) => log.error({}, String(message)),
});
