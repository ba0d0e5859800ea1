import type { Entry, MessageFault } from '../../src/lanes/entry.ts';
import { Lanes } from '../../src/lanes/lanes.ts';
import type { LanesOptions } from '../../src/lanes/lanes-options.ts';
import type { OutboxMessage, OutboxRef } from '../../src/outbox/outbox-message.ts';
import { Relay } from '../../src/outbox/relay.ts';
import {
  type Decider,
  type Session,
  StoreFailure,
  type StoreFailureKind,
  type TurnState,
} from '../../src/session.ts';
import { WriteList } from '../../src/working-set.ts';
import { RecordingBroker, recordedLog, recordedObserver } from '../recorded.ts';
import { VirtualRuntime } from '../virtual-runtime.ts';

/** The smallest service there is: each note is written down once, and announced. */
export interface Note {
  readonly id: string;
  readonly key: string;
  readonly isUrgent?: boolean;
  /** `decide` throws. */
  readonly isPoison?: boolean;
}

export class NoteState implements TurnState {
  readonly notes = new WriteList<Note>();
  readonly outbox = new WriteList<OutboxMessage>();

  accept(): void {
    this.notes.accept();
    this.outbox.accept();
  }

  discard(): void {
    this.notes.discard();
    this.outbox.discard();
  }
}

export interface Decided {
  readonly id: string;
  readonly generation: string;
  readonly isLastTry: boolean;
}

export type Moment = 'open' | 'load' | 'commit' | 'probe';

export const failure = (kind: StoreFailureKind, sqlState = 'XX000') =>
  new StoreFailure(kind, sqlState, `${kind} ${sqlState}`);

/** A store in memory that fails when the test says so, and can be made to wait. */
export class NoteStore {
  readonly committed: string[] = [];
  readonly deleted: OutboxRef[] = [];
  /** The ids of each turn that began, whether it committed or not. */
  readonly loads: { readonly ids: string[]; readonly afterConflict: boolean }[] = [];
  opened = 0;
  closed = 0;
  /** Throws what shall go wrong at this moment of a turn over these notes. */
  fault: (moment: Moment, ids: readonly string[]) => void = () => undefined;
  /** What a commit waits for. */
  gate: (ids: readonly string[]) => Promise<void> = async () => undefined;

  open = async (): Promise<Session<Note, NoteState>> => {
    this.fault('open', []);
    this.opened += 1;
    let ids: string[] = [];
    return {
      load: async (notes, afterConflict) => {
        ids = notes.map((note) => note.id);
        this.loads.push({ ids, afterConflict });
        this.fault('load', ids);
        return { state: new NoteState(), now: 1_000 };
      },
      commit: async (state, published) => {
        await this.gate(ids);
        this.fault('commit', ids);
        this.committed.push(...state.notes.all().map((note) => note.id));
        this.deleted.push(...published);
      },
      rollback: async () => undefined,
      probe: async () => this.fault('probe', []),
      close: async () => {
        this.closed += 1;
      },
    };
  };

  get turns(): string[][] {
    return this.loads.map(({ ids }) => ids).filter((ids) => ids.length > 0);
  }
}

/** Lanes over that store, and what became of each note. */
export function noteLanes(
  options: Partial<
    Pick<LanesOptions<Note, NoteState, string>, 'lanes' | 'batchCap' | 'queueBound' | 'onStore'>
  > = {},
) {
  const runtime = new VirtualRuntime();
  const log = recordedLog();
  const observer = recordedObserver();
  const broker = new RecordingBroker();
  const store = new NoteStore();
  const decided: Decided[] = [];
  const ended: { id: string; how: 'committed' | 'parked' | 'expired'; fault?: MessageFault }[] = [];
  const storeStates: string[] = [];
  const decider: Decider<Note, NoteState, string> = {
    laneKey: (note) => note.key,
    decide(state, note, { generation, isLastTry }) {
      decided.push({ id: note.id, generation, isLastTry });
      state.notes.add(note);
      if (note.isPoison) throw new Error(`${note.id} is poison`);
      state.outbox.add({
        id: note.id,
        generation,
        topic: 't',
        key: note.key,
        type: 'Noted',
        value: '{}',
        headers: {},
      });
      return `noted ${note.id}`;
    },
  };
  const relay = new Relay({
    broker: broker.port,
    runtime,
    log,
    observer,
    parkRefused: async () => undefined,
  });
  const lanes = new Lanes<Note, NoteState, string>({
    name: 'notes',
    decider,
    openSession: store.open,
    relay,
    runtime,
    log,
    observer,
    onStore: (state) => storeStates.push(state),
    ...options,
  });
  const push = (note: Note, more: Partial<Entry<Note, string>> = {}) =>
    lanes.push({
      message: note,
      isUrgent: note.isUrgent ?? false,
      committed: () => ended.push({ id: note.id, how: 'committed' }),
      parked: async (fault) => void ended.push({ id: note.id, how: 'parked', fault }),
      ...more,
    });
  const pushExpiring = (note: Note, afterMs: number) =>
    push(note, { expiry: { afterMs, expired: () => ended.push({ id: note.id, how: 'expired' }) } });
  const idsThat = (how: string) => ended.filter((end) => end.how === how).map(({ id }) => id);
  return {
    runtime,
    log,
    observer,
    broker,
    store,
    relay,
    lanes,
    decider,
    decided,
    ended,
    storeStates,
    push,
    pushExpiring,
    idsThat,
  };
}

/** Something a test opens when it likes. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}
