import type { InventoryHandlers } from '@order-saga/contracts';
import type { Process } from '../system/processes.ts';
import type { World } from '../world/world.ts';
import { askAround, type Clients } from './client.ts';
import type { Restocking } from './workload.ts';

interface Restocks {
  readonly restock: InventoryHandlers['inventory']['restock'];
}

/** Whoever fills the shelves: the same key again until it is answered, and applied once (rule P10). */
export function beginOperators(
  world: World,
  clients: Clients,
  processes: readonly Process<Restocks>[],
  restockings: readonly Restocking[],
): void {
  for (const { atMs, ...input } of restockings) {
    world.scheduler.after(atMs, null, () => {
      clients.open += 1;
      askAround(
        world,
        processes,
        'restock',
        (core) => core.restock(input),
        (answered) => {
          clients.open -= 1;
          world.coverage.met(
            answered.kind === 'answer' ? 'operator: restocked' : `operator: ${answered.code}`,
          );
        },
      );
    });
  }
}
