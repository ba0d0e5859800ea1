import { SAGA_STATUSES, type SagaStatus } from '@order-saga/contracts';
import { describe, expect, it } from 'vitest';
import { isLegalTransition, isOver } from '../src/index.ts';
import { MINUTE, placeOrder } from './place-order.ts';
import { given, type Story } from './story.ts';

const seed = placeOrder({ payment: { tombstones: false } });

/** Every situation a saga can be in, as its status, what is outstanding, and whether it was sent. */
const SITUATIONS = {
  'first action out': () => given(placeOrder()).start(),
  'action out': () => given(placeOrder()).start().succeedsUntil('ReserveInventory'),
  'waiting for admission': () => given(placeOrder()).start({ admitted: false }).succeeds(),
  'past the pivot': () => given(placeOrder()).start().succeedsUntil('ApproveOrder'),
  'last step out': () => given(placeOrder()).start().succeedsUntil('ConfirmInventory'),
  'undo out': () => given(placeOrder()).start().succeedsUntil('ReserveInventory').cancel(),
  'last undo out': () => given(placeOrder()).start().succeedsUntil('ProcessPayment').fails(),
  'unanswered action to be undone': () => given(seed).start().succeedsUntil('ProcessPayment').cancel(),
  completed: () => given(placeOrder()).start().succeedsUntil('ConfirmInventory').succeeds(),
  compensated: () => given(placeOrder()).start().fails(),
  'given up': () => givenUp(),
} satisfies Record<string, () => Story>;

const EVENTS = {
  success: (story: Story) => story.answers(commandIdOf(story), 'succeeded'),
  failure: (story: Story) => story.answers(commandIdOf(story), 'failed'),
  foreign: (story: Story) => story.answers('f0f0f0f0-0000-4000-8000-000000000000', 'succeeded'),
  early: (story: Story) => story.wake(),
  due: (story: Story) => story.after(dueIn(story)).wake(),
  deadline: (story: Story) => atDeadline(story).wake(),
  cancel: (story: Story) => story.cancel(),
  admit: (story: Story) => story.admit(),
} satisfies Record<string, (story: Story) => Story>;

/** What each event does in each situation. `-` moves nothing but times; a word in lower case is why it was ignored. */
const OUTCOMES = `
  situation                      | success                 | failure                           | foreign                     | early    | due          | deadline                  | cancel                       | admit
  first action out               | InProgress ProcessPayment | Compensated                     | not-the-outstanding-command | not-due  | re-sent      | Compensating CancelOrder  | Compensating CancelOrder     | already-admitted
  action out                     | InProgress ApproveOrder | Compensating CompensatePayment    | not-the-outstanding-command | not-due  | re-sent      | Compensating CompensateInventory | Compensating CompensateInventory | already-admitted
  waiting for admission          | not-yet-sent            | not-yet-sent                      | not-the-outstanding-command | not-due  | -            | -                         | Compensating CancelOrder     | ProcessPayment
  past the pivot                 | InProgress ConfirmInventory | failed-reply-to-undo-or-retriable | not-the-outstanding-command | not-due | re-sent   | re-sent                   | past-pivot                   | already-admitted
  last step out                  | Completed               | failed-reply-to-undo-or-retriable | not-the-outstanding-command | not-due  | re-sent      | re-sent                   | past-pivot                   | already-admitted
  undo out                       | Compensating CompensatePayment | failed-reply-to-undo-or-retriable | not-the-outstanding-command | not-due | re-sent | re-sent                  | already-compensating         | already-admitted
  last undo out                  | Compensated             | failed-reply-to-undo-or-retriable | not-the-outstanding-command | not-due  | re-sent      | re-sent                   | already-compensating         | already-admitted
  unanswered action to be undone | Compensating CompensatePayment | Compensating CancelOrder   | not-the-outstanding-command | not-due  | re-sent      | re-sent                   | already-compensating         | already-admitted
  completed                      | saga-is-over            | saga-is-over                      | saga-is-over                | saga-is-over | saga-is-over | saga-is-over          | saga-is-over                 | saga-is-over
  compensated                    | saga-is-over            | saga-is-over                      | saga-is-over                | saga-is-over | saga-is-over | saga-is-over          | saga-is-over                 | saga-is-over
  given up                       | saga-is-over            | saga-is-over                      | saga-is-over                | saga-is-over | saga-is-over | saga-is-over          | saga-is-over                 | saga-is-over
`;

const cells = OUTCOMES.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));
const columns = (cells[0] ?? []).slice(1) as (keyof typeof EVENTS)[];
const cases = cells.slice(1).flatMap(([situation, ...outcomes]) =>
  outcomes.map((outcome, column) => ({
    situation: situation as keyof typeof SITUATIONS,
    event: columns[column] as keyof typeof EVENTS,
    outcome,
  })),
);

describe('what each event does in each situation', () => {
  it('is told for all of them', () => {
    expect(cases).toHaveLength(Object.keys(SITUATIONS).length * Object.keys(EVENTS).length);
  });

  it.each(cases)('$situation, $event: $outcome', ({ situation, event, outcome }) => {
    expect(outcomeOf(EVENTS[event](SITUATIONS[situation]()))).toBe(outcome);
  });
});

const LEGAL: Record<SagaStatus, readonly SagaStatus[]> = {
  Started: ['InProgress', 'Completed', 'Compensating', 'Compensated', 'Failed'],
  InProgress: ['InProgress', 'Completed', 'Compensating', 'Failed'],
  Compensating: ['Compensating', 'Compensated', 'Failed'],
  Completed: [],
  Compensated: [],
  Failed: [],
};
const pairs = SAGA_STATUSES.flatMap((from) => SAGA_STATUSES.map((to) => ({ from, to })));

describe('the statuses of a saga', () => {
  it.each(pairs.filter(({ from, to }) => LEGAL[from].includes(to)))(
    '$from may become $to',
    ({ from, to }) => {
      expect(isLegalTransition(from, to)).toBe(true);
    },
  );

  it.each(pairs.filter(({ from, to }) => !LEGAL[from].includes(to)))(
    '$from never becomes $to',
    ({ from, to }) => {
      expect(isLegalTransition(from, to)).toBe(false);
    },
  );

  it('are over exactly where they lead nowhere', () => {
    for (const status of SAGA_STATUSES) expect(isOver(status)).toBe(LEGAL[status].length === 0);
  });
});

function outcomeOf({ decision }: Story): string {
  if (decision.kind === 'ignored') return decision.cause;
  const sent = decision.effects.find((effect) => effect.type === 'send');
  if (sent?.isResend === true) return 're-sent';
  const moved = decision.effects.some((effect) => effect.type === 'transition');
  const words = [moved ? decision.instance.status : '', sent?.command.type ?? ''].filter(Boolean);
  return words.join(' ') || '-';
}

function commandIdOf(story: Story): string {
  return story.instance.outstanding?.commandId ?? 'nothing is outstanding';
}

function dueIn(story: Story): number {
  return (story.instance.outstanding?.dueAt ?? story.now) - story.now;
}

function atDeadline(story: Story): Story {
  const { outstanding } = story.instance;
  if (outstanding === null || !outstanding.sent) return story.after(60 * MINUTE);
  // Looked after in time until then, so that no lateness extends it.
  while (story.outstanding.dueAt < story.outstanding.deadlineAt) story.wakesWhenDue();
  return story.after(dueIn(story));
}

function givenUp(): Story {
  const story = given(placeOrder()).start();
  return story.continue({ ...story.instance, status: 'Failed', outstanding: null });
}
