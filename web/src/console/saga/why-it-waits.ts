import type { ProcessedCommandView, SagaCase, SagaCommandView } from '@order-saga/contracts';
import { withLocalTimes } from '../../design/moment.tsx';

/** Why a saga does not move, in words: what is missing, since when, and what happens next by itself. */
export interface Waiting {
  readonly title: string;
  readonly since: string;
  /** What is known of it, from the nearest cause to what follows. */
  readonly facts: readonly string[];
  /** When it is tried again, and when it is given up; null where that has no time. */
  readonly nextAttemptAt: string | null;
  readonly deadlineAt: string | null;
  /** What the deadline means. */
  readonly afterDeadline: string | null;
}

/** null when it has ended. */
export function whyItWaits(found: SagaCase): Waiting | null {
  const command = found.commands.at(-1);
  if (command === undefined || command.endedAt !== null) return null;
  return command.outcome === 'waiting' ? inLine(found, command) : unanswered(found, command);
}

function inLine({ waitingBehind }: SagaCase, command: SagaCommandView): Waiting {
  const before =
    waitingBehind === null
      ? 'It is being let in.'
      : waitingBehind === 0
        ? 'It is the next in line.'
        : `${waitingBehind.toLocaleString('en')} ${waitingBehind === 1 ? 'saga is' : 'sagas are'} in line before it.`;
  return {
    title: `${command.type} waits to be let in`,
    since: command.recordedAt,
    facts: [before, 'As many sagas are under way as are allowed at once. Its deadlines have not begun.'],
    nextAttemptAt: null,
    deadlineAt: null,
    afterDeadline: null,
  };
}

function unanswered(found: SagaCase, command: SagaCommandView): Waiting {
  const { saga } = found;
  return {
    title: `${capital(command.participant)} has not answered ${command.type}`,
    since: command.sentAt ?? command.recordedAt,
    facts: [
      whereItIs(found, command),
      sends(command),
      ...(saga.attention === null
        ? []
        : [`It asked for attention: ${withLocalTimes(saga.attention.reason)}.`]),
    ],
    nextAttemptAt: saga.nextAttemptAt,
    deadlineAt: saga.deadlineAt,
    afterDeadline: afterDeadline(found, command),
  };
}

/** The nearest that can be said of where the command, or its answer, is now. */
function whereItIs({ isUnpublished, memories, missing }: SagaCase, command: SagaCommandView): string {
  const { participant, idempotencyKey, placement } = command;
  if (placement === 'local') return 'The orchestrator does it by itself, at its next look.';
  if (isUnpublished) {
    return 'The command is still in the outbox: the broker has not taken it. It is published as soon as the broker is back, and its deadline stands still until then.';
  }
  const silent = missing.find(({ service }) => service === participant);
  if (silent !== undefined)
    return `${capital(participant)} cannot be asked what it knows of it: ${silent.reason}`;
  const memory = memories[idempotencyKey];
  if (memory == null) return `${capital(participant)} has not taken the command yet.`;
  return remembered(participant, memory);
}

function remembered(participant: string, { outcome, processedAt }: ProcessedCommandView): string {
  switch (outcome) {
    case 'pending':
      return `${capital(participant)} took the command at ${clock(processedAt)} and has no outcome yet.`;
    case 'succeeded':
    case 'failed':
      return `${capital(participant)} answered at ${clock(processedAt)}; the answer has not arrived. Sent again, the command gets the same one.`;
    default:
      return outcome satisfies never;
  }
}

const sends = ({ attempts }: SagaCommandView): string =>
  attempts === null || attempts <= 1
    ? 'It was sent once.'
    : `It was sent ${attempts} times, each time as the same command.`;

function afterDeadline({ saga }: SagaCase, command: SagaCommandView): string {
  const kind = saga.steps.find(({ name }) => name === command.step)?.kind;
  return command.direction === 'forward' && kind === 'compensatable'
    ? 'Then the step is undone, although it was never answered, and the steps before it.'
    : 'After that it goes on: such a command is sent until it is answered.';
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const clock = (at: string): string => new Date(at).toLocaleTimeString('en-GB');
