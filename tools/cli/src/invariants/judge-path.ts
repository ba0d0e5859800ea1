import { isLegalTransition, isOver } from '@order-saga/saga';
import type { PathEntry, SagaPath } from './saga-paths.ts';

/** What is wrong with one way through the transition log. Pure; the legal moves are the engine's own table. */
export interface PathFlaws {
  /** Of invariant 6: the statuses, and the saga's row. */
  readonly log: readonly string[];
  /** Of invariant 7: what was undone, and in which order. */
  readonly undo: readonly string[];
  /** Of invariant 10: what clients were told, since streams are served from the log. */
  readonly told: readonly string[];
}

export function judgePath(path: SagaPath): PathFlaws {
  return { log: statusFlaws(path), undo: undoFlaws(path), told: toldFlaws(path) };
}

function statusFlaws({ entries, sagaStatus, sagaSeq }: SagaPath): string[] {
  const flaws: string[] = [];
  const [first] = entries;
  const last = entries.at(-1);
  if (sagaStatus === null) return ['has a transition log, and no row'];
  if (first === undefined || last === undefined) return ['has a row, and no transition log'];
  if (first.kind !== 'SagaStarted') flaws.push(`began with ${first.kind}, not with SagaStarted`);
  for (const [before, after] of pairs(entries)) {
    if (!isLegalTransition(before.sagaStatus, after.sagaStatus)) {
      flaws.push(
        isOver(before.sagaStatus)
          ? `was over as ${before.sagaStatus}, and went on to ${after.sagaStatus}`
          : `went from ${before.sagaStatus} to ${after.sagaStatus}, which its state machine does not know`,
      );
    }
  }
  if (last.sagaStatus !== sagaStatus)
    flaws.push(`is ${sagaStatus}, and its log ends with ${last.sagaStatus}`);
  if (last.seq !== sagaSeq)
    flaws.push(`has come to transition ${sagaSeq}, and its log ends with ${last.seq}`);
  return flaws;
}

/**
 * What was done is undone in reverse; besides that only the step that was outstanding when the saga turned back, whose
 * outcome was unknown: its participant answered from a tombstone.
 */
function undoFlaws({ entries }: SagaPath): string[] {
  const flaws: string[] = [];
  const done: string[] = [];
  let unknown: string | null = null;
  let outstanding: string | null = null;
  for (const entry of entries) {
    const { step } = entry;
    switch (entry.kind) {
      case 'StepCompleted':
        if (step !== null) done.push(step);
        if (step === unknown) unknown = null;
        break;
      case 'StepRejected':
        if (step === unknown) unknown = null;
        break;
      case 'StepTimedOut':
        unknown = step;
        break;
      case 'CancelRequested':
        unknown = outstanding;
        break;
      case 'StepUndone':
        if (step === unknown) unknown = null;
        else if (step === done.at(-1)) done.pop();
        else flaws.push(`undid ${step} ${done.includes(step ?? '') ? 'out of order' : 'which was not done'}`);
        break;
      case 'SagaStarted':
        break;
      default:
        entry.kind satisfies never;
    }
    outstanding = entry.currentStep;
  }
  if (entries.at(-1)?.sagaStatus === 'Compensated' && done.length > 0)
    flaws.push(`is compensated, and ${done.join(', ')} was not undone`);
  return flaws;
}

/** Where an order may be told to stand next. It is created and approved in one transition where both are local. */
const NEXT_TOLD: Readonly<Record<PathEntry['orderStatus'], readonly PathEntry['orderStatus'][]>> = {
  pending: ['pending', 'created', 'approved', 'cancelled'],
  created: ['created', 'approved', 'cancelled'],
  approved: ['approved'],
  cancelled: ['cancelled'],
};

function toldFlaws({ entries, sagaStatus, orderStatus }: SagaPath): string[] {
  const flaws: string[] = [];
  entries.forEach((entry, at) => {
    if (entry.seq !== at + 1 && (entries[at - 1]?.seq ?? 0) + 1 !== entry.seq)
      flaws.push(`its versions jump from ${entries[at - 1]?.seq ?? 0} to ${entry.seq}`);
  });
  for (const [before, after] of pairs(entries)) {
    if (!NEXT_TOLD[before.orderStatus].includes(after.orderStatus))
      flaws.push(`was told to be ${before.orderStatus}, and then ${after.orderStatus}`);
  }
  // The participant may be ahead of the log, never behind it: its row was written before its reply was counted.
  const told = entries.at(-1)?.orderStatus;
  if (told === 'approved' && orderStatus !== 'approved')
    flaws.push(`was told to be approved, and is ${orderStatus ?? 'not there'}`);
  if (told === 'cancelled' && orderStatus !== 'cancelled' && orderStatus !== null)
    flaws.push(`was told to be cancelled, and is ${orderStatus}`);
  if (told === 'created' && sagaStatus !== null && orderStatus === null)
    flaws.push('was told to be created, and is not there');
  return flaws;
}

const pairs = (entries: readonly PathEntry[]): [PathEntry, PathEntry][] =>
  entries.slice(1).map((entry, at) => [entries[at] as PathEntry, entry]);
