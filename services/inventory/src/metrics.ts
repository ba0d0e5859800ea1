import type { Metrics } from '@order-saga/service-kit';
import type { InventoryAnswer, InventoryMessage } from './commands/inventory-message.ts';

/** Counts what was answered, once per commit: a rerun is not counted. */
export function answerCounter(
  metrics: Metrics,
): (message: InventoryMessage, answer: InventoryAnswer) => void {
  const commands = metrics.counter('commands_total', 'Commands, by type, outcome and code', [
    'type',
    'outcome',
    'code',
  ]);
  const attention = metrics.counter('attention_total', 'Commands an operator should look at, by code', [
    'type',
    'code',
  ]);
  return (message, answer) => {
    if (message.kind !== 'command' || answer.kind !== 'command') return;
    const { type } = message.command;
    const code = answer.code ?? '';
    commands.inc({ type, outcome: answer.outcome, code });
    if (answer.attention !== null) attention.inc({ type, code });
  };
}
