import type { Log, MessageFault, Runtime } from '@order-saga/messaging';
import type { CompensateMessage, UndoSettled } from '../messages.ts';
import { CallSlots } from '../provider/call-slots.ts';
import { type PaymentProvider, voidOnce } from '../provider/provider.ts';
import { type ProviderCalls, retryDelayMs } from '../provider/provider-calls.ts';

export interface UndosOptions {
  readonly provider: PaymentProvider;
  readonly calls: ProviderCalls;
  readonly slots: number;
  readonly keyLifetimeMs: number;
  readonly runtime: Runtime;
  readonly log: Log;
  now(): number;
  /** What the provider answered goes back into the lanes; one of the two is called at the end. */
  settle(
    message: UndoSettled,
    ended: { committed(): void; parked(fault: MessageFault): Promise<void> },
  ): void;
  /** Makes the undo a dead letter, durably. */
  park(message: CompensateMessage, fault: MessageFault): Promise<void>;
}

interface Undo {
  readonly message: CompensateMessage;
  readonly chargeKey: string;
  readonly isKeyForgotten: boolean;
  /** Frees the offsets of the command and of its re-sends. */
  readonly finish: (() => void)[];
  failures: number;
}

/**
 * Voids charges at the provider, again and again until it answers: an undo has no other end (rules P2, P4). Its offset
 * is freed when the second turn has committed, so that a crash in between begins anew.
 */
export class Undos {
  readonly #options: UndosOptions;
  readonly #slots: CallSlots;
  readonly #running = new Map<string, Undo>();
  #isClosed = false;

  constructor(options: UndosOptions) {
    this.#options = options;
    // What stands in line is not finished for Kafka either: the line needs no bound of its own.
    this.#slots = new CallSlots({ slots: options.slots, lineBound: Number.POSITIVE_INFINITY });
  }

  get running(): number {
    return this.#running.size;
  }

  begin(
    message: CompensateMessage,
    about: { readonly chargeKey: string; readonly chargedAt: number | null },
    finish: () => void,
  ): void {
    const { now, keyLifetimeMs } = this.#options;
    const key = message.command.idempotencyKey;
    const running = this.#running.get(key);
    if (running) {
      // A re-send while the provider is away: it is answered with the first one.
      running.finish.push(finish);
      return;
    }
    const undo: Undo = {
      message,
      chargeKey: about.chargeKey,
      isKeyForgotten: about.chargedAt !== null && now() - about.chargedAt > keyLifetimeMs,
      finish: [finish],
      failures: 0,
    };
    this.#running.set(key, undo);
    this.#offer(undo);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#slots.close();
  }

  #offer(undo: Undo): void {
    if (!this.#isClosed) this.#slots.offer(() => this.#call(undo));
  }

  async #call(undo: Undo): Promise<void> {
    const { provider, calls, runtime, settle } = this.#options;
    const { command, traceparent } = undo.message;
    try {
      const settlement = await calls.make('void', () =>
        voidOnce(provider, undo.chargeKey, undo.isKeyForgotten),
      );
      settle(
        { kind: 'undo-settled', command, settlement, traceparent },
        { committed: () => this.#end(undo), parked: (fault) => this.#park(undo, fault) },
      );
    } catch {
      runtime.after(retryDelayMs(undo.failures, runtime.random()), () => this.#offer(undo));
      undo.failures += 1;
    }
  }

  #end(undo: Undo): void {
    this.#running.delete(undo.message.command.idempotencyKey);
    for (const finish of undo.finish) finish();
  }

  async #park(undo: Undo, fault: MessageFault): Promise<void> {
    try {
      await this.#options.park(undo.message, fault);
      this.#end(undo);
    } catch (error) {
      // Not finished for Kafka: it is read again after a restart, and every re-send tries anew.
      this.#running.delete(undo.message.command.idempotencyKey);
      this.#options.log.error(
        { sagaId: undo.message.command.sagaId, error: String(error), ...fault },
        'an undo cannot be done and could not be parked',
      );
    }
  }
}
