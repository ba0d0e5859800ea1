import type { Log } from '@order-saga/service-kit';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  GraphQLError as GraphqlError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Authenticate, Credentials, Principal } from '../auth/principal.ts';
import { BoundedMap } from './bounded-map.ts';
import { RequestContext, type SharedParts } from './context.ts';
import { limitsRule, type OperationLimits } from './limits.ts';
import type { Load } from './load.ts';
import { maskError } from './masking.ts';
import { clientOf, type RateLimit } from './rate-limit.ts';
import type { AskedDocument, TrustedDocuments } from './trusted-documents.ts';

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly shared: SharedParts;
  readonly authenticate: Authenticate;
  readonly limits: OperationLimits & { readonly tokens: number };
  /** Whether clients may read the schema. */
  readonly introspection: boolean;
  /** Whether they are told what they may have meant. */
  readonly suggestions: boolean;
  readonly documents: TrustedDocuments;
  readonly rate: RateLimit;
  readonly load: Load;
  readonly log: Log;
  readonly onError: (code: string) => void;
}

type Prepared =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** What a request names to be executed. */
export interface AskedOperation extends AskedDocument {
  readonly operationName?: string | null | undefined;
}

export type Admitted =
  | { readonly ok: true; readonly document: DocumentNode; readonly operation: OperationDefinitionNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** So many problems of one operation are told; finding more would only be work done for an attacker. */
const MAX_VALIDATION_ERRORS = 5;
const MAX_DOCUMENTS = 1_000;
/** A longer one is parsed each time: what is remembered must not be what an attacker likes. */
const MAX_REMEMBERED_LENGTH = 10_000;

/**
 * What every transport does with an operation: the same limits, the same context, the same masking. A transport brings
 * bytes in and out and decides nothing else.
 */
export class Pipeline {
  readonly schema: GraphQLSchema;
  readonly parseOptions: { readonly maxTokens: number };
  readonly validationOptions = { maxErrors: MAX_VALIDATION_ERRORS };
  /** In addition to those of the GraphQL specification. */
  readonly rules: readonly ValidationRule[];
  readonly #options: PipelineOptions;
  readonly #documents = new BoundedMap<string, DocumentNode>(MAX_DOCUMENTS);

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.schema = options.schema;
    this.parseOptions = { maxTokens: options.limits.tokens };
    this.rules = [
      limitsRule(options.limits),
      ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ];
  }

  /** The text that a request means; see `TrustedDocuments`. */
  textOf(asked: AskedDocument): string | undefined {
    return this.#options.documents.textOf(asked);
  }

  /** The operation that a request means, if it may be executed. */
  admit(asked: AskedOperation): Admitted {
    let text: string | undefined;
    try {
      text = this.textOf(asked);
    } catch (error) {
      return { ok: false, errors: [error as GraphQLError] };
    }
    if (text === undefined) return { ok: false, errors: [noDocument()] };
    const prepared = this.#prepare(text);
    if (!prepared.ok) return prepared;
    const operation = getOperationAST(prepared.document, asked.operationName);
    if (!operation) return { ok: false, errors: [noSuchOperation(asked.operationName)] };
    return { ok: true, document: prepared.document, operation };
  }

  /** Parses and validates; only what passed is remembered, by its text. */
  #prepare(query: string): Prepared {
    const known = this.#documents.get(query);
    if (known !== undefined) return { ok: true, document: known };
    let document: DocumentNode;
    try {
      document = parse(query, this.parseOptions);
    } catch (error) {
      return { ok: false, errors: [coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')] };
    }
    const rules = [...specifiedRules, ...this.rules];
    const errors = validate(this.schema, document, rules, this.validationOptions);
    if (errors.length > 0) {
      return { ok: false, errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) };
    }
    if (query.length <= MAX_REMEMBERED_LENGTH) this.#documents.set(query, document);
    return { ok: true, document };
  }

  /** Throws a public error for whoever is not let in: unknown, too often, or while there is too much to do. */
  async contextFor(credentials: Credentials, traceparent: string | undefined): Promise<RequestContext> {
    const { authenticate, load, rate } = this.#options;
    load.check();
    let principal: Principal;
    try {
      principal = await authenticate(credentials);
    } catch (refusal) {
      // Guessing is counted, too.
      await rate.take(clientOf(credentials));
      throw refusal;
    }
    await rate.take(clientOf(credentials, principal));
    return new RequestContext(this.#options.shared, { principal, traceparent });
  }

  /** What a client is told of these errors; what is broken on our side is logged, once, with the trace that is told. */
  present(errors: readonly unknown[], context?: RequestContext): GraphQLFormattedError[] {
    return errors.map((error) => {
      const { formatted, isDefect } = maskError(error, this.masking, context?.traceId);
      this.#options.onError(String(formatted.extensions?.code));
      if (isDefect) {
        const err = error instanceof GraphqlError ? (error.originalError ?? error) : error;
        this.#options.log.error(
          { err, traceId: context?.traceId, path: formatted.path?.join('.') },
          'an operation failed by a fault of ours',
        );
      }
      return formatted;
    });
  }

  /** The same without log and count, for a transport that formats an error more than once. */
  mask(error: unknown): GraphQLFormattedError {
    return maskError(error, this.masking).formatted;
  }

  private get masking() {
    return { suggestions: this.#options.suggestions };
  }
}

const noDocument = (): GraphQLError =>
  new GraphqlError('The request names no document: send one as `query`.', {
    extensions: { code: 'BAD_REQUEST' },
  });

const noSuchOperation = (name: string | null | undefined): GraphQLError =>
  new GraphqlError(
    name == null
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${name}".`,
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } },
  );

const coded = (error: GraphQLError, code: string): GraphQLError =>
  new GraphqlError(error.message, {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    ...(error.source === undefined ? {} : { source: error.source }),
    ...(error.positions === undefined ? {} : { positions: error.positions }),
    extensions: { ...error.extensions, code },
  });
