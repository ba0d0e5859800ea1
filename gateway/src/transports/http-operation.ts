import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { z } from 'zod';

/** An operation as an HTTP request names it, by POST or GET; see GraphQL over HTTP. */
export type HttpOperation = z.output<typeof operationSchema>;

const operationSchema = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

export function readHttpOperation(request: FastifyRequest): HttpOperation {
  const asked = request.method === 'GET' ? fromSearch(new URLSearchParams(searchOf(request))) : request.body;
  const read = operationSchema.safeParse(asked);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badRequest(`\`${issue?.path.join('.') || 'the body'}\` cannot be used: ${issue?.message}`);
}

/** With the question mark; empty without one. */
export const searchOf = ({ url }: Pick<FastifyRequest, 'url'>): string =>
  url.includes('?') ? url.slice(url.indexOf('?')) : '';

const NAMES = ['query', 'documentId', 'operationName'] as const;

function fromSearch(search: URLSearchParams): Record<string, unknown> {
  return {
    ...Object.fromEntries(NAMES.flatMap((name) => (search.has(name) ? [[name, search.get(name)]] : []))),
    variables: jsonIn(search, 'variables'),
    extensions: jsonIn(search, 'extensions'),
  };
}

function jsonIn(search: URLSearchParams, name: string): unknown {
  const text = search.get(name);
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`\`${name}\` must be JSON`);
  }
}

const badRequest = (message: string): Error =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
