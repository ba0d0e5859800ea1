import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { type Log, traceparentOf } from '@order-saga/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../pipeline/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

export interface HttpTransportOptions {
  readonly server: FastifyInstance;
  readonly path: string;
  readonly pipeline: Pipeline;
  readonly log: Log;
  /** What a browser that comes for a page is shown; absent: nothing, it is refused like any other GET without a query. */
  readonly page?: (reply: FastifyReply) => FastifyReply;
}

/** GraphQL over HTTP, POST and GET, by Apollo Server. */
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
    handler: fastifyApolloHandler(apollo, {
      context: (request) =>
        pipeline
          .contextFor({ authorization: request.headers.authorization }, traceparentOf(request.headers))
          .catch(withStatus),
    }),
  });
  return { stop: () => apollo.stop() };
}

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

/** Before anything was executed a fault is one of the whole request, and has a status of its own. */
function withStatus(error: unknown): never {
  const status = error instanceof GraphQLError ? STATUS_OF[String(error.extensions.code)] : undefined;
  if (status === undefined || !(error instanceof GraphQLError)) throw error;
  const headers = new HeaderMap(status === 401 ? [['www-authenticate', 'Bearer']] : []);
  throw new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status, headers } } });
}

const STATUS_OF: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, SERVICE_UNAVAILABLE: 503 };

/** Executed like a query, a subscription would fail in a way that looks like a fault of ours. */
const NO_SUBSCRIPTIONS: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation }) {
      if (operation?.operation !== 'subscription') return;
      throw new GraphQLError(
        'Subscriptions go over WebSocket, protocol graphql-transport-ws, at this address.',
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
