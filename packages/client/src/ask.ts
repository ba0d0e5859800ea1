import { GatewayError, gatewayErrorOf, networkError, type WireError } from './gateway-error.ts';
import type { TypedDocumentString } from './generated/operations.ts';

/** Data, and what is missing in it: one sick service leaves its own fields null and says so here. */
export interface Answer<Data> {
  readonly data: Data;
  readonly problems: readonly GatewayError[];
}

export interface AskOptions {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A query or mutation over HTTP. Throws a `GatewayError` when a field at the root could not be answered. */
export async function ask<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  options: AskOptions,
): Promise<Answer<Data>> {
  const { data, errors = [] } = await post({ query: String(document), variables }, options);
  const problems = errors.map(gatewayErrorOf);
  const fatal = problems.find(({ path }) => path === undefined || path.length < 2);
  if (fatal !== undefined) throw fatal;
  if (data == null) throw problems[0] ?? networkError('the gateway answered without data');
  return { data: data as Data, problems };
}

interface WireAnswer {
  readonly data?: unknown;
  readonly errors?: readonly WireError[];
}

async function post(body: object, options: AskOptions): Promise<WireAnswer> {
  const { url, authorization, timeoutMs, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw networkError(
      timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : 'the gateway cannot be reached',
      cause,
    );
  }
  return readAnswer(response, text);
}

/** A proxy, or a gateway that drains, answers something else than GraphQL. */
function readAnswer(response: Response, text: string): WireAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
      return answer as WireAnswer;
  } catch {
    // Told below.
  }
  const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new GatewayError(
    response.status === 429 ? 'RATE_LIMITED' : response.status < 500 ? 'BAD_REQUEST' : 'NETWORK',
    `the gateway answered ${response.status} without GraphQL`,
    { retryAfterMs: Number.isFinite(retryAfterS) ? retryAfterS * 1_000 : undefined },
  );
}
