import { TOPICS } from '@order-saga/contracts';
import type { OutgoingMessage } from '@order-saga/messaging';
import { FOREIGN_SOURCE } from '../clients/foreigners.ts';
import type { World } from '../world/world.ts';
import type { Tables } from './tables.ts';

const SERVICE_OF: Readonly<Record<string, 'order' | 'payment' | 'inventory'>> = {
  'order-service': 'order',
  'payment-service': 'payment',
  'inventory-service': 'inventory',
};

const TRANSITIONS = '"transitions":[';
const FIRST_SEQ = /^\{"seq":(\d+)/;

/** What is on the wire was committed before, and is said in the same words every time (invariants 8, 9 and 10). */
export class WireCheck {
  readonly #world: World;
  readonly #tables: Tables;
  readonly #commands = new Map<string, string>();
  /** Command id by saga and type: there is one, since no operator raises an epoch here. */
  readonly #ids = new Map<string, string>();
  readonly #replies = new Map<string, string>();
  readonly #transitions = new Set<string>();

  constructor(world: World, tables: Tables) {
    this.#world = world;
    this.#tables = tables;
  }

  /** The broker has it, whatever becomes of it there. */
  taken({ topic, value, headers }: OutgoingMessage): void {
    if (headers.ce_source === FOREIGN_SOURCE) return;
    switch (topic) {
      case TOPICS.orderReplies.name:
        this.#reply(value, headers.ce_source ?? '', headers.ce_causationid ?? '');
        break;
      case TOPICS.orderEvents.name:
        this.#event(value, headers.ce_correlationid ?? '');
        break;
      case TOPICS.paymentEvents.name:
      case TOPICS.inventoryEvents.name:
        this.#world.coverage.met(`8: event ${headers.ce_type}`);
        break;
      default:
        this.#command(value, headers.ce_id ?? '', headers.ce_type ?? '', headers.ce_correlationid ?? '');
    }
  }

  /** Every outbox row has left: what is in the log was told. */
  checkAtRest(): void {
    for (const { id, seq: last } of this.#tables.sagas()) {
      for (let seq = 1; seq <= last; seq += 1) {
        if (!this.#transitions.has(`${id} ${seq}`))
          this.#world.violated(8, `transition ${seq} of saga ${id} was never published`);
      }
    }
  }

  #reply(value: string, source: string, commandId: string): void {
    const service = SERVICE_OF[source];
    if (service === undefined) throw new Error(`a reply comes from ${source}`);
    const stored = this.#tables[service].table('processed_commands').findBy('command_id', commandId)?.reply;
    const told = this.#replies.get(commandId);
    this.#replies.set(commandId, value);
    this.#world.coverage.met(told === undefined ? '9: first reply' : '9: reply repeated');
    if (stored !== value)
      this.#world.violated(9, `the reply to command ${commandId} is not the one that ${service} has stored`);
    if (told !== undefined && told !== value)
      this.#world.violated(9, `command ${commandId} was answered in different words`);
  }

  /** The event ends with its transitions, in the very words of the log. */
  #event(value: string, sagaId: string): void {
    let at = value.indexOf(TRANSITIONS) + TRANSITIONS.length;
    let seq = Number(FIRST_SEQ.exec(value.slice(at, at + 20))?.[1]);
    for (; value[at] === '{'; seq += 1) {
      const entry = this.#tables.historyEntry(sagaId, seq);
      if (entry === undefined || !value.startsWith(entry, at)) {
        this.#world.violated(
          10,
          `transition ${seq} of saga ${sagaId} was told otherwise than it is in the log`,
        );
        return;
      }
      this.#world.coverage.met('10: transition told');
      this.#transitions.add(`${sagaId} ${seq}`);
      // Behind it, and behind the comma.
      at += entry.length + 1;
    }
  }

  #command(value: string, id: string, type: string, sagaId: string): void {
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
