import type { Mutant } from './mutant.ts';

const MESSAGING = 'packages/messaging/src';

/** Breakages of lanes, outbox and inbox (rules L1 to L9, O1 to O9). */
export const MESSAGING_MUTANTS: readonly Mutant[] = [
  {
    name: 'messages are published before the commit',
    rule: 'L2',
    patches: [
      {
        file: `${MESSAGING}/lanes/turn.ts`,
        find: 'const published = relay.takeAcknowledged();',
        replace: 'void relay.publish(state.outbox.all());\n  const published = relay.takeAcknowledged();',
      },
    ],
  },
  {
    name: 'clients and the broker are answered before the commit',
    rule: 'L2',
    patches: [
      {
        file: `${MESSAGING}/lanes/turn.ts`,
        find: 'const published = relay.takeAcknowledged();',
        replace:
          'for (const { queued, answer } of answers) tell(log, () => queued.entry.committed(answer));\n  const published = relay.takeAcknowledged();',
      },
    ],
  },
  {
    name: 'an outbox row is deleted before the broker has acknowledged it',
    rule: 'O2',
    patches: [
      {
        file: `${MESSAGING}/outbox/relay.ts`,
        find: 'const gone = await this.#send(messages);',
        replace: 'this.#acknowledged.push(...messages);\n    const gone = await this.#send(messages);',
      },
    ],
  },
  {
    name: 'nobody sweeps the outbox',
    rule: 'O2',
    patches: [
      {
        file: `${MESSAGING}/outbox/sweeper.ts`,
        find: 'this.#passing = this.#pass();',
        replace: 'this.#passing = Promise.resolve();',
      },
    ],
  },
  {
    name: 'an offset is free before its message is done',
    rule: 'O4',
    patches: [
      {
        file: `${MESSAGING}/intake.ts`,
        find: 'finish: () => this.consumer.done(incoming)',
        replace: 'finish: (this.consumer.done(incoming), () => undefined)',
      },
    ],
  },
  {
    name: 'a message is decided on the stored state, not on what the one before it left',
    rule: 'L3',
    patches: [
      {
        file: `${MESSAGING}/working-set.ts`,
        find: 'return this.#draft.get(key) ?? this.#accepted.get(key) ?? this.#stored.get(key);',
        replace: 'return this.#draft.get(key) ?? this.#stored.get(key);',
      },
    ],
  },
  {
    name: 'a conflict is taken for the fault of a message',
    rule: 'L7',
    patches: [
      {
        file: `${MESSAGING}/postgres/failures.ts`,
        find: "  '23505', // a unique key somebody else took meanwhile\n",
        replace: '',
      },
    ],
  },
  {
    name: 'a commit of unknown outcome is taken for done',
    rule: 'L8',
    patches: [
      {
        file: `${MESSAGING}/lanes/lane.ts`,
        find: 'for (const queued of group.members) queued.mayHaveHappened = true;',
        replace:
          'for (const queued of group.members) queued.entry.committed({ kind: "done" } as never);\n        if (group.members.length >= 0) return [];',
      },
    ],
  },
];
