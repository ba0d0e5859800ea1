import type { SagaCase, SagaCommandView } from '@order-saga/contracts';

/**
 * Where the time of a saga went, command by command. Instants come from the clocks of several machines: a part that
 * would begin before the one before it ended is drawn as nothing, and never as less than nothing.
 */
export const PARTS = {
  line: 'waits for admission',
  outbox: 'in an outbox',
  broker: 'in the broker',
  handler: 'with the participant',
  turn: 'with the orchestrator',
  silence: 'sent, and not answered',
  unknown: 'on the way and handled',
} as const;
export type Part = keyof typeof PARTS;

export interface Segment {
  readonly part: Part;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface WaterfallRow {
  readonly command: SagaCommandView;
  readonly fromMs: number;
  readonly toMs: number;
  readonly segments: readonly Segment[];
}

export interface Waterfall {
  readonly rows: readonly WaterfallRow[];
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

export function waterfallOf(
  { commands, saga }: Pick<SagaCase, 'commands' | 'saga'>,
  nowMs: number,
): Waterfall {
  const rows = commands.map((command) => rowOf(command, nowMs));
  const fromMs = Math.min(Date.parse(saga.createdAt), ...rows.map((row) => row.fromMs));
  const toMs = Math.max(fromMs + 1, ...rows.map((row) => row.toMs));
  return { rows, fromMs, toMs };
}

function rowOf(command: SagaCommandView, nowMs: number): WaterfallRow {
  const fromMs = Date.parse(command.recordedAt);
  const toMs = Math.max(fromMs, command.endedAt === null ? nowMs : Date.parse(command.endedAt));
  return { command, fromMs, toMs, segments: segmentsOf(command, fromMs, toMs) };
}

function segmentsOf(command: SagaCommandView, fromMs: number, toMs: number): Segment[] {
  const segments: Segment[] = [];
  let reached = fromMs;
  const until = (part: Part, at: string | null) => {
    const end = Math.min(Math.max(reached, at === null ? toMs : Date.parse(at)), toMs);
    if (end > reached) segments.push({ part, fromMs: reached, toMs: end });
    reached = end;
  };
  until('line', command.sentAt);
  if (command.placement === 'local') {
    until('turn', null);
    return segments;
  }
  const { delivery } = command;
  if (delivery === null) {
    until(command.endedAt === null ? 'silence' : 'unknown', null);
    return segments;
  }
  // Of a command that was sent again only the way of the send that was answered is known.
  until((command.attempts ?? 1) > 1 ? 'silence' : 'outbox', delivery.commandPublishedAt);
  until('broker', delivery.commandReceivedAt);
  until('handler', delivery.handledAt);
  until('outbox', delivery.replyPublishedAt);
  until('broker', delivery.replyReceivedAt);
  until('turn', null);
  return segments;
}

/** How long each part took in all, longest first. */
export function sumsOf(segments: readonly Segment[]): { readonly part: Part; readonly ms: number }[] {
  const sums = new Map<Part, number>();
  for (const { part, fromMs, toMs } of segments) sums.set(part, (sums.get(part) ?? 0) + toMs - fromMs);
  return [...sums].map(([part, ms]) => ({ part, ms })).toSorted((one, other) => other.ms - one.ms);
}
