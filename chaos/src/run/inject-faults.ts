import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Stage } from '../faults/fault.ts';
import { hold } from '../faults/hold.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Round } from '../schedule/deck.ts';

/** One fault that was made. Times are of this process's monotonic clock, in milliseconds. */
export interface InjectedFault {
  readonly round: number;
  readonly name: string;
  readonly detail: string;
  readonly madeAt: number;
  readonly liftedAt: number;
  /** Made together with another one. */
  readonly isPaired: boolean;
  /**
   * From when the last fault of the round was lifted until a client was told the end of an order that was to be placed
   * after the fault was made; null when nobody was, for a long time.
   */
  readonly recoveryMs: number | null;
}

export interface InjectionOptions {
  readonly rounds: Iterator<Round<Fault>, never>;
  readonly stage: Stage;
  readonly ledger: Ledger;
  /** No round begins after this moment. */
  readonly until: number;
  readonly longestRecoveryMs: number;
  readonly say: (line: string) => void;
}

/** Round after round: a pause, its faults, and the wait until orders end again. */
export async function injectFaults(options: InjectionOptions): Promise<readonly InjectedFault[]> {
  const { rounds, stage, until, say } = options;
  const injected: InjectedFault[] = [];
  for (;;) {
    const round = rounds.next().value;
    await hold(round.pauseMs, stage.signal);
    if (stage.signal.aborted || performance.now() >= until) return injected;
    for (const fault of await play(round, options)) {
      injected.push(fault);
      const recovery = fault.recoveryMs === null ? 'NOT RECOVERED' : `${Math.round(fault.recoveryMs)} ms`;
      say(`${String(round.number).padStart(4)}  ${fault.name}: ${fault.detail}; ${recovery}`);
    }
  }
}

async function play(
  { number, faults }: Round<Fault>,
  { stage, ledger, longestRecoveryMs, say }: InjectionOptions,
): Promise<readonly InjectedFault[]> {
  const made = await Promise.all(
    faults.map(async ({ fault, afterMs, random }) => {
      await delay(afterMs);
      const madeAt = performance.now();
      try {
        const detail = await fault.inject(stage, random);
        return { name: fault.name, detail, madeAt, liftedAt: performance.now() };
      } catch (error) {
        say(`${String(number).padStart(4)}  ${fault.name} could not be made: ${(error as Error).message}`);
        return null;
      }
    }),
  );
  const good = made.filter((one) => one !== null);
  if (good.length === 0) return [];
  const liftedAt = Math.max(...good.map((one) => one.liftedAt));
  const lastMadeAt = Math.max(...good.map(({ madeAt }) => madeAt));
  const endedAt = await ledger.nextEnd(lastMadeAt, longestRecoveryMs);
  const recoveryMs = endedAt === null ? null : endedAt - liftedAt;
  return good.map((one) => ({ ...one, round: number, isPaired: good.length > 1, recoveryMs }));
}
