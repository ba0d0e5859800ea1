import { type SagaTransition, TOPICS } from '@order-saga/contracts';
import type { OutgoingMessage } from '@order-saga/messaging';
import { FOREIGN_SOURCE } from '../clients/foreigners.ts';
import type { World } from '../world/world.ts';
import type { Tables } from './tables.ts';

const SERVICE_OF: Readonly<Record<string, 'order' | 'payment' | 'inventory'>> = {
  'order-service': 'order',
  'payment-service': 'payment',
  'inventory-service': 'inventory',
};

/** What is on the wire was committed before, and is said in the same words every time (invariants 8, 9 and 10). */
export class WireCheck {
  readonly #world: World;
  readonly #tables: Tables;
  readonly #commands = new Map<string, string>();
  /** Command id by saga and type: there is one, since no operator raises an epoch here. */
  readonly #ids = new Map<string, string>();
  readonly #replies = new Map<string, string>();

  constructor(world: World, tables: Tables) {
    this.#world = world;
    this.#tables = tables;
  }

  stored(topic: string, { value, headers }: OutgoingMessage): void {
    if (headers.ce_source === FOREIGN_SOURCE) return;
    switch (topic) {
      case TOPICS.orderReplies.name:
        this.#reply(value, headers.ce_source ?? '', headers.ce_causationid ?? '');
        break;
      case TOPICS.orderEvents.name:
        this.#event(value);
        break;
      case TOPICS.paymentEvents.name:
      case TOPICS.inventoryEvents.name:
        this.#world.coverage.met(`8: event ${headers.ce_type}`);
        break;
      default:
        this.#command(value);
    }
  }

  #reply(value: string, source: string, commandId: string): void {
    const service = SERVICE_OF[source];
    if (service === undefined) throw new Error(`a reply comes from ${source}`);
    const stored = this.#storedReply(service, commandId);
    const told = this.#replies.get(commandId);
    this.#replies.set(commandId, value);
    this.#world.coverage.met(told === undefined ? '9: first reply' : '9: reply repeated');
    if (stored !== value)
      this.#world.violated(9, `the reply to command ${commandId} is not the one that ${service} has stored`);
    if (told !== undefined && told !== value)
      this.#world.violated(9, `command ${commandId} was answered in different words`);
  }

  #storedReply(service: 'order' | 'payment' | 'inventory', commandId: string): string | undefined {
    for (const row of this.#tables[service].table('processed_commands').rows.values())
      if (row.command_id === commandId) return row.reply as string;
    return undefined;
  }

  #event(value: string): void {
    const event = JSON.parse(value) as { saga_id: string; transitions: readonly SagaTransition[] };
    for (const transition of event.transitions) {
      this.#world.coverage.met('10: transition told');
      const entry = this.#tables.historyEntry(event.saga_id, transition.seq);
      if (entry !== JSON.stringify(transition))
        this.#world.violated(
          10,
          `transition ${transition.seq} of saga ${event.saga_id} was told as ${transition.kind}, and its log says otherwise`,
        );
    }
  }

  #command(value: string): void {
    const command = JSON.parse(value) as { id: string; saga_id: string; command_type: string };
    const { id, saga_id: sagaId, command_type: type } = command;
    const told = this.#commands.get(id);
    this.#commands.set(id, value);
    this.#world.coverage.met(told === undefined ? `8: command ${type}` : '8: command sent again');
    if (told !== undefined && told !== value)
      this.#world.violated(8, `command ${id} was sent again in other words`);
    const name = `${sagaId} ${type}`;
    const before = this.#ids.get(name);
    this.#ids.set(name, id);
    if (before !== undefined && before !== id)
      this.#world.violated(8, `${type} of saga ${sagaId} was sent under two ids: it could be done twice`);
    if (this.#tables.saga(sagaId) === undefined)
      this.#world.violated(8, `${type} was sent for saga ${sagaId}, which is not stored`);
  }
}
