import type { ExecutionArgs, FormattedExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import { type Context, makeServer, type Server } from 'graphql-ws';
import type { Credentials } from '../auth/principal.ts';
import { RequestContext } from '../pipeline/context.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { publicError } from '../pipeline/public-error.ts';
import { asGraphqlError } from './http-faults.ts';

export interface GraphqlWsOptions {
  readonly pipeline: Pipeline;
  readonly connectionInitTimeoutMs: number;
  readonly maxSubscriptionsPerConnection: number;
}

/** What the protocol may do to the connection that carries it. */
export interface Carrier {
  /** Where it comes from. */
  readonly address: string;
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
        const { principal } = await pipeline.contextFor(credentialsOf(connectionParams, extra), undefined);
        if (principal.expiresAt !== null) extra.closeAt(principal.expiresAt);
        return true;
      } catch (error) {
        // Clients take it as a call to try again, which 4403 is not.
        if (PASSING.has(codeOf(error))) extra.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },

    /** Credentials are looked at again, because a socket outlives a token. */
    onSubscribe: async (connection, _id, payload) => {
      if (countOf(connection) > options.maxSubscriptionsPerConnection) {
        return [tooManySubscriptions(options.maxSubscriptionsPerConnection)];
      }
      const { operationName, variables: variableValues } = payload;
      try {
        const credentials = credentialsOf(connection.connectionParams, connection.extra);
        const contextValue = await pipeline.contextFor(credentials, undefined);
        const admitted = pipeline.admit(payload);
        if (!admitted.ok) return admitted.errors;
        const { document } = admitted;
        return { schema: pipeline.schema, document, operationName, variableValues, contextValue };
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
const PASSING: ReadonlySet<unknown> = new Set(['SERVICE_UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED']);

const codeOf = (error: unknown): unknown =>
  error instanceof GraphQLError ? error.extensions.code : undefined;

function credentialsOf(
  params: Readonly<ConnectionParams> | undefined,
  { address }: Pick<Carrier, 'address'>,
): Credentials {
  const authorization = params?.authorization ?? params?.Authorization;
  return { authorization: typeof authorization === 'string' ? authorization : undefined, address };
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
