import type { Mutant } from './mutant.ts';

const SAGA = 'packages/saga/src';
const ORDER = 'services/order/src';

/** Breakages of the engine and of the orchestrator around it (rules E1 to E5, P8, L9, C1). */
export const SAGA_MUTANTS: readonly Mutant[] = [
  {
    name: 'any reply counts',
    rule: 'P9',
    patches: [
      {
        file: `${SAGA}/reply.ts`,
        find: "if (reply.commandId !== outstanding.commandId) return ignored(instance, 'not-the-outstanding-command');",
        replace: '',
      },
    ],
  },
  {
    name: 'nothing is sent again',
    rule: 'E2',
    patches: [
      {
        file: `${SAGA}/wake.ts`,
        find: 'mayResend ? [sendEffect(definition, instance.id, outstanding, true)] : []',
        replace: '[]',
      },
    ],
  },
  {
    name: 'a command sent again has a new id',
    rule: 'P4',
    patches: [
      {
        file: `${SAGA}/wake.ts`,
        find: 'const tried = { ...checked, attempts };',
        replace:
          'const tried = { ...checked, attempts, epoch: checked.epoch + 1, commandId: String(Math.floor(input.now)).slice(-8) + checked.commandId.slice(8) };',
      },
    ],
  },
  {
    name: 'what was done first is undone first',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/command.ts`,
        find: "instance.steps.findLastIndex((step) => step.state === 'completed')",
        replace: "instance.steps.findIndex((step) => step.state === 'completed')",
      },
    ],
  },
  {
    name: 'a step of unknown outcome is not undone',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/compensation.ts`,
        find: 'const { stepIndex } = outstanding;\n  if (outstanding.sent) {',
        replace: 'const { stepIndex } = outstanding;\n  if (outstanding.attempts < 0) {',
      },
    ],
  },
  {
    name: 'a rejection undoes nothing',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/reply.ts`,
        find: 'const issued = issueNextUndo(definition, rejected, input);',
        replace: 'const issued = { instance: { ...rejected, outstanding: null }, effects: [] };',
      },
    ],
  },
  {
    name: 'an order can be cancelled past its pivot',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/engine.ts`,
        find: "if (stepAt(definition, outstanding.stepIndex).kind === 'retriable') return ignored(instance, 'past-pivot');",
        replace: '',
      },
    ],
  },
  {
    name: 'a cancel past the pivot turns the saga back',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/engine.ts`,
        find: "if (stepAt(definition, outstanding.stepIndex).kind === 'retriable') return ignored(instance, 'past-pivot');",
        replace:
          "if (stepAt(definition, outstanding.stepIndex).kind === 'retriable') return turnBack(definition, instance, { ...outstanding, stepIndex: 2 }, { kind: 'CancelRequested', step: null, failure }, input);",
      },
    ],
  },
  {
    name: 'a retriable step that was silent too long turns the saga back',
    rule: 'E1',
    patches: [
      {
        file: `${SAGA}/wake.ts`,
        find: "if (isOverdue && instance.direction === 'forward' && step.kind === 'compensatable') {",
        replace: "if (isOverdue && instance.direction === 'forward') {",
      },
    ],
  },
  {
    name: 'the stock of an approved order is never sold',
    rule: 'P8',
    patches: [
      {
        file: `${SAGA}/command.ts`,
        find: 'return participantOf(definition, step).lacks?.includes(step.action) ?? false;',
        replace: 'return true;',
      },
    ],
  },
  {
    name: 'nobody looks after a saga that waits',
    rule: 'E5',
    patches: [
      {
        file: `${ORDER}/orchestrator/apply-decision.ts`,
        find: 'state.dueAdded.add({ sagaId, wakeAt: dueAt, inFlight: isInFlight(row) });',
        replace: 'void dueAt;',
      },
    ],
  },
  {
    name: 'what must wait stands in no line',
    rule: 'L9',
    patches: [
      {
        file: `${ORDER}/orchestrator/apply-decision.ts`,
        find: 'state.waitingAdded.add(instance.id);',
        replace: '',
      },
    ],
  },
  {
    name: "a client's key is not kept",
    rule: 'C1',
    patches: [
      {
        file: `${ORDER}/orchestrator/orchestrator.ts`,
        find: 'if (start.idempotencyKey !== null) {\n      state.clientKeys.put({',
        replace: 'if (start.idempotencyKey === "") {\n      state.clientKeys.put({',
      },
    ],
  },
  {
    name: 'the same key with another order is answered with the first',
    rule: 'C1',
    patches: [
      {
        file: `${ORDER}/orchestrator/orchestrator.ts`,
        find: "if (known.sent !== start.sent) return { kind: 'key-reused' };",
        replace: '',
      },
    ],
  },
  {
    name: 'transitions are told that are not in the log',
    rule: 'E4',
    patches: [
      {
        file: `${ORDER}/orchestrator/apply-decision.ts`,
        find: 'for (const [index, transition] of transitions.entries())',
        replace: 'for (const [index, transition] of transitions.slice(0, 1).entries())',
      },
    ],
  },
  {
    name: 'a saga is written without lock and guard',
    rule: 'L2',
    patches: [
      {
        file: `${ORDER}/orchestrator/load.ts`,
        find: 'where s.id = any($1::uuid[]) order by s.id for update of s`',
        replace: 'where s.id = any($1::uuid[]) order by s.id`',
      },
      {
        file: `${ORDER}/orchestrator/save.ts`,
        find: 'where s.id = new.id and s.rev = new.expected_rev',
        replace: 'where s.id = new.id',
      },
    ],
  },
];
