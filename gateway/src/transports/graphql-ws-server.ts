import type { ExecutionArgs, FormattedExecutionResult } from 'graphql';
import { GraphQLError, getOperationAST } from 'graphql';
import { type Context, makeServer, type Server } from 'graphql-ws';
import type { Credentials } from '../auth/principal.ts';
import { RequestContext } from '../pipeline/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { publicError } from '../pipeline/public-error.ts';

export interface GraphqlWsOptions {
  readonly pipeline: Pipeline;
  readonly connectionInitTimeoutMs: number;
  readonly maxSubscriptionsPerConnection: number;
}

/** What the protocol may do to the connection that carries it. */
export interface Carrier {
  close(code: number, reason: string): void;
  /** Ends the connection with 4403 at that time, in ms since the epoch. */
  closeAt(expiresAt: number): void;
}

/** Connection parameters stand in for the headers that browsers cannot set on a WebSocket. */
type ConnectionParams = Record<string, unknown>;

/** The protocol graphql-transport-ws, over any socket; every operation goes through the pipeline. */
export function createGraphqlWsServer(options: GraphqlWsOptions): Server<Carrier> {
  const { pipeline } = options;
  return makeServer<ConnectionParams, Carrier>({
    schema: pipeline.schema,
    connectionInitWaitTimeout: options.connectionInitTimeoutMs,

    /** Credentials that do not hold are refused with the connection, and end it when they end: 4403, as the protocol has it. */
    onConnect: async ({ connectionParams, extra }) => {
      try {
        const { principal } = await pipeline.contextFor(credentialsOf(connectionParams), undefined);
        if (principal.expiresAt !== null) extra.closeAt(principal.expiresAt);
        return true;
      } catch (error) {
        // Clients take it as a call to try again, which 4403 is not.
        if (codeOf(error) === 'SERVICE_UNAVAILABLE') extra.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },

    /** Credentials are looked at again, because a socket outlives a token. */
    onSubscribe: async (connection, _id, { query, operationName, variables }) => {
      if (countOf(connection) > options.maxSubscriptionsPerConnection) {
        return [tooManySubscriptions(options.maxSubscriptionsPerConnection)];
      }
      const prepared = pipeline.prepare(query);
      if (!prepared.ok) return prepared.errors;
      const { document } = prepared;
      if (!getOperationAST(document, operationName)) return [noSuchOperation(operationName)];
      try {
        const contextValue = await pipeline.contextFor(credentialsOf(connection.connectionParams), undefined);
        return { schema: pipeline.schema, document, operationName, variableValues: variables, contextValue };
      } catch (error) {
        return [asGraphqlError(error)];
      }
    },

    onNext: (_connection, _id, _payload, args, { errors, ...result }) =>
      errors === undefined
        ? undefined
        : ({ ...result, errors: pipeline.present(errors, contextOf(args)) } as FormattedExecutionResult),

    onError: (_connection, _id, _payload, errors) => pipeline.present(errors),
  });
}

const TRY_AGAIN_LATER = 1013;

const codeOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? error.extensions.code : undefined;

function credentialsOf(params: Readonly<ConnectionParams> | undefined): Credentials {
  const authorization = params?.authorization ?? params?.Authorization;
  return { authorization: typeof authorization === 'string' ? authorization : undefined };
}

/** graphql-ws counts the one that is just asked for as well. */
const countOf = ({ subscriptions }: Context<ConnectionParams, Carrier>): number =>
  Object.keys(subscriptions).length;

const contextOf = ({ contextValue }: ExecutionArgs): RequestContext | undefined =>
  contextValue instanceof RequestContext ? contextValue : undefined;

const tooManySubscriptions = (most: number): GraphQLError =>
  publicError(
    'TOO_MANY_SUBSCRIPTIONS',
    `One connection carries at most ${most} operations at once: complete some, or open another connection.`,
  );

const noSuchOperation = (name: string | null | undefined): GraphQLError =>
  new GraphQLError(
    name == null
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${name}".`,
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } },
  );

const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('unexpected', {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });
