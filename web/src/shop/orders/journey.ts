import { inWords, isFinal, type OrderUpdate } from '@order-saga/client';

/**
 * The course of an order as a person follows it: its steps, and what each did to money and stock. Drawn from the
 * updates alone, each of which can be told without the others; the last one says where the order stands.
 */
export interface Journey {
  readonly steps: readonly JourneyStep[];
  readonly standing: 'accepted' | 'under way' | 'undoing' | 'approved' | 'cancelled' | 'given up';
  readonly isOver: boolean;
  /** The latest thing that happened, in words. */
  readonly latest: string | null;
  readonly version: number;
}

/**
 * `undone` is what had been done and was made good; `failed` what was refused or never answered. `skipped` is never
 * reached any more.
 */
export type StepState = 'ahead' | 'now' | 'done' | 'failed' | 'undoing' | 'undone' | 'skipped';

export interface JourneyStep {
  readonly name: string;
  readonly title: string;
  readonly state: StepState;
  readonly lines: readonly JourneyLine[];
}

export interface JourneyLine {
  readonly tone: 'done' | 'failed' | 'undone';
  readonly text: string;
  /** Since the order was accepted. */
  readonly afterMs: number;
}

const TITLES: Readonly<Record<string, string>> = {
  CreateOrder: 'Order',
  ProcessPayment: 'Payment',
  ReserveInventory: 'Stock',
  ApproveOrder: 'Approval',
  ConfirmInventory: 'Handing over',
};
const USUAL_STEPS = Object.keys(TITLES);

export function journeyOf(
  updates: readonly OrderUpdate[],
  order: { readonly total: string; readonly pieces: string },
  stepNames: readonly string[] = USUAL_STEPS,
): Journey {
  const last = updates.at(-1);
  const began = Date.parse(updates[0]?.at ?? '');
  const lines = new Map<string, JourneyLine[]>();
  for (const update of updates) {
    const step = update.step ?? (update.kind === 'CANCEL_REQUESTED' ? steppedAt(updates, update) : null);
    if (step === null) continue;
    const { mark, text } = inWords(update, order);
    const tone = mark === 'refused' ? 'failed' : mark === 'undone' ? 'undone' : 'done';
    lines.set(step, [...(lines.get(step) ?? []), { tone, text, afterMs: Date.parse(update.at) - began }]);
  }
  return {
    steps: stepNames.map((name) => ({
      name,
      title: TITLES[name] ?? name,
      state: stateOf(lines.get(name) ?? [], name, last),
      lines: lines.get(name) ?? [],
    })),
    standing: standingOf(last),
    isOver: last !== undefined && isFinal(last),
    latest: last === undefined ? null : inWords(last, order).text,
    version: last?.version ?? 0,
  };
}

/** A cancellation is about no step; it is told at the one that was under way. */
function steppedAt(updates: readonly OrderUpdate[], cancel: OrderUpdate): string | null {
  return updates.findLast(({ version }) => version < cancel.version)?.currentStep ?? null;
}

function stateOf(lines: readonly JourneyLine[], name: string, last: OrderUpdate | undefined): StepState {
  const isCurrent = last?.currentStep === name;
  const isUndoing = last?.sagaStatus === 'COMPENSATING';
  const tones = lines.map(({ tone }) => tone);
  if (tones.at(-1) === 'undone') return 'undone';
  if (isCurrent && isUndoing) return 'undoing';
  if (tones.includes('failed')) return 'failed';
  if (tones.includes('done')) return 'done';
  if (isCurrent) return 'now';
  return last === undefined || !isTurnedBack(last) ? 'ahead' : 'skipped';
}

const isTurnedBack = ({ sagaStatus }: OrderUpdate): boolean =>
  sagaStatus === 'COMPENSATING' || sagaStatus === 'COMPENSATED' || sagaStatus === 'FAILED';

function standingOf(last: OrderUpdate | undefined): Journey['standing'] {
  if (last === undefined || last.sagaStatus === 'STARTED') return 'accepted';
  if (last.sagaStatus === 'FAILED') return 'given up';
  if (last.orderStatus === 'APPROVED') return 'approved';
  if (last.orderStatus === 'CANCELLED') return 'cancelled';
  return last.sagaStatus === 'COMPENSATING' ? 'undoing' : 'under way';
}
