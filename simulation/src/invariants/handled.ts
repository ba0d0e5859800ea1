import type { Command } from '@order-saga/contracts';
import type { FaultKind } from '../world/faults.ts';
import type { World } from '../world/world.ts';
import type { Tables } from './tables.ts';

/** Left unanswered, these leave no trace (rule P4). */
const MAY_STAY_UNANSWERED: ReadonlySet<Command['type']> = new Set(['ApproveOrder', 'ConfirmInventory']);

const LOSES_MESSAGES: ReadonlySet<FaultKind> = new Set(['message-lost', 'broker-wiped']);

/**
 * What the broker kept was handled: it has an inbox row, or is a dead letter. Asked of foreign commands, which nobody
 * sends again: a saga of ours would hide the loss by its re-sends (invariant 8, rule O4).
 */
export function checkHandled(world: World, tables: Tables, commands: readonly Command[]): void {
  if (world.faults.injected.some(({ kind }) => LOSES_MESSAGES.has(kind))) return;
  const keys = new Set<unknown>();
  const letters: string[] = [];
  for (const database of tables.databases()) {
    for (const key of database.table('processed_commands').rows.keys()) keys.add(key);
    for (const letter of database.table('dead_letters').rows.values()) letters.push(String(letter.value));
  }
  for (const { id, idempotencyKey, type } of commands) {
    if (MAY_STAY_UNANSWERED.has(type)) continue;
    const isParked = letters.some((letter) => letter.includes(id));
    world.coverage.met(`8: foreign command ${isParked ? 'parked' : 'handled'}`);
    if (!isParked && !keys.has(idempotencyKey))
      world.violated(8, `${type} ${id} lay in the broker, and was neither handled nor parked`);
  }
}
