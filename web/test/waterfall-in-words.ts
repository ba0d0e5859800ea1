import type { SagaCase, SagaCommandView } from '@order-saga/contracts';
import { type Segment, sumsOf, waterfallOf } from '../src/console/saga/waterfall.ts';

function segmentsOf(command: SagaCommandView, nowMs: number): readonly Segment[] {
  const saga = { createdAt: command.recordedAt } as SagaCase['saga'];
  return waterfallOf({ commands: [command], saga }, nowMs).rows[0]?.segments ?? [];
}

/** `['outbox 5', 'broker 3']`, in milliseconds. */
export const whereTimeWent = (command: SagaCommandView, nowMs: number): string[] =>
  segmentsOf(command, nowMs).map(({ part, fromMs, toMs }) => `${part} ${toMs - fromMs}`);

export const segmentsSummary = (command: SagaCommandView, nowMs: number): [string, number][] =>
  sumsOf(segmentsOf(command, nowMs)).map(({ part, ms }) => [part, ms]);
