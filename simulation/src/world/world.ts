import type { Coverage } from './coverage.ts';
import { type Fault, type FaultOf, Faults } from './faults.ts';
import type { Life } from './life.ts';
import { Prng } from './prng.ts';
import { Scheduler } from './scheduler.ts';

const STREAMS = { network: 3, ids: 4 } as const;
/** Between the streams of one chance and those of the next. */
const CHANCES_APART = 16;

/** A violation of an invariant, or a world that does not come to rest. */
export interface Violation {
  /** The number of the invariant; 0: the simulation's own, such as a throw nobody caught. */
  readonly invariant: number;
  readonly text: string;
  readonly atMs: number;
}

/**
 * What all parts of one seed's world share: its time, its chance, its faults. Everything a process does outside of
 * itself is a step here, so that it can die or stop at each of them.
 */
export class World {
  readonly seed: number;
  readonly scheduler = new Scheduler();
  readonly faults: Faults;
  readonly coverage: Coverage;
  readonly network: Prng;
  readonly ids: Prng;
  readonly violations: Violation[] = [];
  readonly notes: string[] | null;
  /** Starts the process anew; set by whoever knows them. */
  restart: (life: Life, afterMs: number) => void = () => undefined;

  constructor(
    from: { readonly seed: number; readonly chance: number; readonly faults: readonly Fault[] },
    coverage: Coverage,
    isTracing: boolean,
  ) {
    this.seed = from.seed;
    this.faults = new Faults(from.faults);
    this.coverage = coverage;
    this.network = new Prng(from.seed, STREAMS.network + CHANCES_APART * from.chance);
    this.ids = new Prng(from.seed, STREAMS.ids + CHANCES_APART * from.chance);
    this.notes = isTracing ? [] : null;
  }

  get isTracing(): boolean {
    return this.notes !== null;
  }

  note(text: string): void {
    this.notes?.push(`${this.scheduler.now.toFixed(1).padStart(9)} ms  ${text.trimEnd()}`);
  }

  violated(invariant: number, text: string): void {
    this.violations.push({ invariant, text, atMs: this.scheduler.now });
    this.note(`VIOLATION of invariant ${invariant}: ${text}`);
  }

  /** How long something is on its way: a few milliseconds, and now and then much longer. */
  latency(): number {
    const draw = this.network.next();
    return draw < 0.96 ? 0.3 + draw * 3 : 5 + (draw - 0.96) * 2_500;
  }

  coin(): boolean {
    return this.network.chance(0.5);
  }

  /** A process steps outside. Answered with a crash, the caller lets it happen when its request was acted on. */
  step(life: Life, what: string, about: string | number = ''): FaultOf<'crash'> | undefined {
    if (this.notes !== null) this.note(`${life.instance} ${what} ${about}`);
    const fault = this.faults.at('step');
    if (fault === undefined) return undefined;
    if (fault.kind === 'stop') {
      this.stop(life, fault.forMs);
      return undefined;
    }
    if (fault.phase === 'after') return fault;
    this.crash(life, fault);
    return undefined;
  }

  /** Asks a server that answers at once when the request has come to it. Never settles for whoever died meanwhile. */
  ask<Answer>(life: Life, what: string, act: () => Answer, about: string | number = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (life.isDead) return;
      const crash = this.step(life, what, about);
      if (life.isDead) return;
      this.scheduler.after(this.latency(), null, () => {
        if (life.isDead && this.coin()) return;
        let answer: () => void;
        try {
          const answered = act();
          answer = () => resolve(answered);
        } catch (error) {
          answer = () => reject(error);
        }
        if (crash !== undefined) this.crash(life, crash);
        life.deliver(answer);
      });
    });
  }

  crash(life: Life, fault: FaultOf<'crash'>): void {
    if (life.isDead) return;
    this.note(`CRASH of ${life.instance}, up again in ${fault.downMs} ms`);
    life.die();
    this.restart(life, fault.downMs);
  }

  stop(life: Life, forMs: number): void {
    if (life.isDead || life.isStopped) return;
    this.note(`STOP of ${life.instance} for ${forMs} ms`);
    life.stop();
    this.scheduler.after(forMs, null, () => {
      if (life.isDead) return;
      this.note(`${life.instance} goes on`);
      life.continue(this.scheduler);
    });
  }
}
