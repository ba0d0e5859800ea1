import { isRequestError, REQUEST_ERRORS, RequestError, type RequestErrorCode } from '@order-saga/contracts';
import { type OperationContext, TRPCClientError } from '@trpc/client';
import { publicError } from '../pipeline/public-error.ts';

/** What a front-end calls the part that a service answers for. */
export type PeerName = 'orders' | 'payments' | 'products';
export type CallOutcome = 'answered' | 'refused' | 'unreachable' | 'failed';

/** Passed to each tRPC call, so that the saga carries the trace of the request that began it. */
export interface CallOptions {
  readonly context: OperationContext;
}

export interface PeerOptions<Client> {
  readonly name: PeerName;
  readonly client: Client;
  readonly onCall: (name: PeerName, outcome: CallOutcome) => void;
}

/** The body of a tRPC error as `contracts` shapes it. */
interface RefusalData {
  readonly reason?: string;
  readonly field?: string | null;
  readonly retryAfterS?: number | null;
}

/** One service behind the gateway. Its faults leave here either as a `RequestError` or fit for clients to read. */
export class Peer<Client> {
  readonly #options: PeerOptions<Client>;
  #problem: string | null = null;

  constructor(options: PeerOptions<Client>) {
    this.#options = options;
  }

  get name(): PeerName {
    return this.#options.name;
  }

  /** Why the latest call was not answered; null when it was. For operators. */
  get problem(): string | null {
    return this.#problem;
  }

  async call<Answer>(
    traceparent: string | undefined,
    run: (client: Client, options: CallOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { name, client, onCall } = this.#options;
    try {
      const answer = await run(client, { context: traceparent === undefined ? {} : { traceparent } });
      this.#problem = null;
      onCall(name, 'answered');
      return answer;
    } catch (error) {
      const { outcome, fault } = faultOf(name, error);
      this.#problem = outcome === 'refused' ? null : messageOf(error);
      onCall(name, outcome);
      throw fault;
    }
  }
}

function faultOf(name: PeerName, error: unknown): { outcome: CallOutcome; fault: Error } {
  const data = error instanceof TRPCClientError ? (error.data as RefusalData | null | undefined) : undefined;
  const reason = data?.reason;
  if (reason === undefined || reason === 'UNAVAILABLE')
    return { outcome: 'unreachable', fault: unavailable(name) };
  if (reason === 'OVERLOADED') return { outcome: 'refused', fault: overloaded(data?.retryAfterS ?? 1) };
  if (isRefusal(reason)) {
    const fault = new RequestError(reason, messageOf(error), data?.field ? { field: data.field } : {});
    return { outcome: 'refused', fault };
  }
  return { outcome: 'failed', fault: new Error(`${name}: ${messageOf(error)}`, { cause: error }) };
}

/** A refused token is a fault of this deployment and not of the caller: it stays masked. */
const isRefusal = (reason: string): reason is RequestErrorCode =>
  reason !== 'UNAUTHORIZED' && Object.hasOwn(REQUEST_ERRORS, reason);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const WORDS: Record<PeerName, string> = { orders: 'Orders', payments: 'Payments', products: 'Products' };

const unavailable = (name: PeerName): Error =>
  publicError('SERVICE_UNAVAILABLE', `${WORDS[name]} cannot be reached just now. Try again in a moment.`, {
    service: name,
  });

const overloaded = (retryAfterS: number): Error =>
  publicError('OVERLOADED', `Too much is waiting already. Try again in ${retryAfterS} s.`, { retryAfterS });

/** The refusal's code, or undefined for any other error. */
export const refusalOf = (error: unknown): RequestErrorCode | undefined =>
  isRequestError(error) ? error.code : undefined;
