import { deriveUuid } from '@order-saga/contracts';
import type { Direction } from './instance.ts';

/** The same for every send of one command; only an operator's retry, which raises the epoch, makes another. */
export function commandId(sagaId: string, step: string, direction: Direction, epoch: number): string {
  return deriveUuid('command', sagaId, step, direction, epoch);
}

/** What a participant remembers a command by. */
export function idempotencyKey(sagaId: string, step: string, direction: Direction, epoch: number): string {
  return `${sagaId}:${step}:${direction}:${epoch}`;
}
