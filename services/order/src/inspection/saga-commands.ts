import { replyIdOf, type SagaCommandView, type SagaTransition } from '@order-saga/contracts';
import {
  commandId,
  commandOf,
  type Direction,
  type SagaDefinition,
  type SagaInstance,
} from '@order-saga/saga';
import type { StoredDelivery } from '../orchestrator/rows.ts';

/** A line of the saga's log with what is known of the answer that led to it. */
export interface HistoryEntry extends SagaTransition {
  readonly delivery?: StoredDelivery | null;
}

/**
 * Every command that a saga has issued, read from its log: an operator sees what was asked, by which id, and what came
 * of it. Ids derive, so that none of them has to be stored.
 */
export function commandsOf(
  definition: SagaDefinition,
  instance: SagaInstance,
  history: readonly HistoryEntry[],
): SagaCommandView[] {
  const commands: SagaCommandView[] = [];
  history.forEach((entry, index) => {
    const ended = endedBy(entry, history[index - 1]);
    if (ended === null) return;
    const recordedAt = history[index - 1]?.at ?? entry.at;
    commands.push(endedCommand(definition, instance, { ...ended, entry, recordedAt }));
  });
  const last = history.at(-1);
  if (instance.outstanding !== null && last !== undefined)
    commands.push(outstanding(definition, instance, last));
  return commands;
}

interface Ended {
  readonly step: string;
  readonly direction: Direction;
  readonly outcome: 'succeeded' | 'rejected' | 'gave-up';
}

/** Which command a transition was the end of; null where it was of none. */
function endedBy(entry: HistoryEntry, before: HistoryEntry | undefined): Ended | null {
  switch (entry.kind) {
    case 'SagaStarted':
      return null;
    case 'CancelRequested':
      // The action that was under way is undone, whatever came of it.
      return before?.currentStep == null || isUndoing(before)
        ? null
        : { step: before.currentStep, direction: 'forward', outcome: 'gave-up' };
    case 'StepCompleted':
    case 'StepRejected':
    case 'StepTimedOut':
    case 'StepUndone':
      return entry.step === null ? null : { step: entry.step, ...ENDS[entry.kind] };
    default:
      return entry.kind satisfies never;
  }
}

const ENDS = {
  StepCompleted: { direction: 'forward', outcome: 'succeeded' },
  StepRejected: { direction: 'forward', outcome: 'rejected' },
  StepTimedOut: { direction: 'forward', outcome: 'gave-up' },
  StepUndone: { direction: 'backward', outcome: 'succeeded' },
} as const;

const isUndoing = ({ sagaStatus }: HistoryEntry): boolean => sagaStatus === 'Compensating';

function endedCommand(
  definition: SagaDefinition,
  instance: SagaInstance,
  about: Ended & { readonly entry: HistoryEntry; readonly recordedAt: string },
): SagaCommandView {
  const { step, direction, outcome, entry, recordedAt } = about;
  const stepIndex = instance.steps.findIndex(({ name }) => name === step);
  const state = instance.steps[stepIndex];
  const wasUndoneSince = direction === 'forward' && (state?.state === 'undone' || state?.state === 'undoing');
  const startedAt = state?.startedAt ?? null;
  return {
    ...identityOf(definition, instance.id, {
      stepIndex,
      direction,
      epoch: 0,
      commandId: commandId(instance.id, step, direction, 0),
      issuedAt: 0,
    }),
    recordedAt,
    sentAt: direction === 'backward' ? recordedAt : startedAt === null ? null : iso(startedAt),
    // A step counts the sends of its latest command only.
    attempts: wasUndoneSince ? null : (state?.attempts ?? null),
    endedAt: entry.at,
    outcome,
    error:
      outcome === 'rejected' ? (state?.error ?? entry.failure) : outcome === 'gave-up' ? entry.failure : null,
    delivery: deliveryOf(entry.delivery),
  };
}

function outstanding(
  definition: SagaDefinition,
  instance: SagaInstance,
  last: HistoryEntry,
): SagaCommandView {
  const due = instance.outstanding as NonNullable<SagaInstance['outstanding']>;
  return {
    ...identityOf(definition, instance.id, due),
    recordedAt: last.at,
    sentAt: due.sent ? iso(due.issuedAt) : null,
    attempts: due.attempts,
    endedAt: null,
    outcome: due.sent ? 'outstanding' : 'waiting',
    error: null,
    delivery: null,
  };
}

function identityOf(definition: SagaDefinition, sagaId: string, command: Parameters<typeof commandOf>[2]) {
  const { id, type, idempotencyKey, step, direction, participant, placement } = commandOf(
    definition,
    sagaId,
    command,
  );
  return { id, type, idempotencyKey, replyId: replyIdOf(id), step, direction, participant, placement };
}

function deliveryOf(stored: StoredDelivery | null | undefined): SagaCommandView['delivery'] {
  if (!stored || stored.some((at) => !Number.isFinite(at))) return null;
  const [commandPublishedAt, commandReceivedAt, handledAt, replyPublishedAt, replyReceivedAt] = stored;
  return {
    commandPublishedAt: iso(commandPublishedAt),
    commandReceivedAt: iso(commandReceivedAt),
    handledAt: iso(handledAt),
    replyPublishedAt: iso(replyPublishedAt),
    replyReceivedAt: iso(replyReceivedAt),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
