import type { Broker, BrokerHealth, OutgoingMessage, PublishOutcome } from '../src/broker.ts';
import type { Log, Observer } from '../src/runtime.ts';

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: object;
}

export function recordedLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: Line['level']) => (facts: object, message: string) =>
    void lines.push({ level, message, facts });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export interface Counts {
  readonly turns: number[];
  readonly reruns: string[];
  readonly parked: string[];
  readonly forged: string[];
  readonly purged: string[];
  published: number;
  swept: number;
}

export function recordedObserver(): Observer & { readonly counts: Counts } {
  const counts: Counts = {
    turns: [],
    reruns: [],
    parked: [],
    forged: [],
    purged: [],
    published: 0,
    swept: 0,
  };
  return {
    counts,
    turn: ({ messages }) => void counts.turns.push(messages),
    rerun: (cause) => void counts.reruns.push(cause),
    parked: (cause) => void counts.parked.push(cause),
    purged: (what, rows) => void counts.purged.push(`${rows} ${what}`),
    forged: (cause) => void counts.forged.push(cause),
    published: ({ messages }) => {
      counts.published += messages;
    },
    swept: (messages) => {
      counts.swept += messages;
    },
  };
}

const ACKNOWLEDGED: PublishOutcome = { kind: 'acknowledged' };

/** The producing half of a broker: it answers as the test says, and records what it was given. */
export class RecordingBroker implements Pick<Broker, 'publish' | 'health'> {
  readonly published: OutgoingMessage[] = [];
  calls = 0;
  state: BrokerHealth = { connected: true, reason: null };
  answer: (messages: readonly OutgoingMessage[]) => Promise<readonly PublishOutcome[]> = async (messages) =>
    messages.map(() => ACKNOWLEDGED);

  async publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishOutcome[]> {
    this.calls += 1;
    const outcomes = await this.answer(messages);
    for (const [index, message] of messages.entries())
      if (outcomes[index]?.kind === 'acknowledged') this.published.push(message);
    return outcomes;
  }

  health(): BrokerHealth {
    return this.state;
  }

  /** For options that ask for a whole broker; nothing here consumes. */
  get port(): Broker {
    return this as unknown as Broker;
  }
}
