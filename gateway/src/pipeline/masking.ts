import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { PUBLIC_CODES } from './public-error.ts';

/** Codes of faults found before anything was executed; they are about the request and hold nothing of ours. */
const REQUEST_CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
];

const KNOWN_CODES = new Set<unknown>([...PUBLIC_CODES, ...REQUEST_CODES]);

export interface MaskingOptions {
  /** Whether "Did you mean …?" may give the schema away. */
  readonly suggestions: boolean;
}

export interface MaskedError {
  readonly formatted: GraphQLFormattedError;
  /** Whether something of ours is broken: then the log, and only the log, says what. */
  readonly isDefect: boolean;
}

/** What a client is told of an error, on every transport alike. Nothing passes but what was written for clients. */
export function maskError(error: unknown, options: MaskingOptions, traceId?: string): MaskedError {
  const code = codeOf(error);
  if (!(error instanceof GraphQLError) || code === undefined) {
    const where = error instanceof GraphQLError ? locationOf(error) : {};
    return {
      formatted: {
        message: 'Something went wrong on our side. It has been recorded.',
        ...where,
        extensions: { code: 'INTERNAL', ...(traceId === undefined ? {} : { traceId }) },
      },
      isDefect: true,
    };
  }
  const { http: _forTheTransport, stacktrace: _never, ...details } = error.extensions;
  const message = options.suggestions ? error.message : withoutSuggestion(error.message);
  return {
    formatted: { message, ...locationOf(error), extensions: { ...details, code } },
    isDefect: false,
  };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code } = error.extensions;
  if (typeof code === 'string' && KNOWN_CODES.has(code)) return code;
  return isAboutTheInput(error) ? 'BAD_USER_INPUT' : undefined;
}

/** GraphQL's own complaint about a variable or an argument; it points at that node, a failing resolver at its field. */
function isAboutTheInput(error: GraphQLError): boolean {
  // An error with a path wraps what was thrown at that field; one without is about the request itself.
  const cause = error.path === undefined ? error : error.originalError;
  if (!(cause instanceof GraphQLError) || cause.nodes === undefined) return false;
  return cause.nodes.some(({ kind }) => kind === Kind.VARIABLE_DEFINITION || INPUT_NODES.has(kind));
}

const INPUT_NODES: ReadonlySet<Kind> = new Set([
  Kind.ARGUMENT,
  Kind.VARIABLE,
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
  Kind.OBJECT_FIELD,
]);

function locationOf(error: GraphQLError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return {
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(error.path === undefined ? {} : { path: error.path }),
  };
}

const withoutSuggestion = (message: string): string => message.replace(/ ?Did you mean [^?]*\?/g, '');
