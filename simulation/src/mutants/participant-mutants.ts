import type { Mutant } from './mutant.ts';

const PAYMENT = 'services/payment/src';
const INVENTORY = 'services/inventory/src';
const ORDER = 'services/order/src';

/** Breakages of what participants promise (rules P1 to P10). */
export const PARTICIPANT_MUTANTS: readonly Mutant[] = [
  {
    name: 'inventory skips its inbox',
    rule: 'P4',
    patches: [
      {
        file: `${INVENTORY}/commands/inventory-decider.ts`,
        find: 'const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);',
        replace: 'const hit = inboxHit(undefined, command);',
      },
    ],
  },
  {
    name: 'payment skips its inbox',
    rule: 'P4',
    patches: [
      {
        file: `${PAYMENT}/process-payment/process-payment.ts`,
        find: 'const hit = inboxHit(state.inbox.get(command.idempotencyKey), command);',
        replace: 'const hit = inboxHit(undefined, command);',
      },
    ],
  },
  {
    name: 'a payment undone first leaves no tombstone',
    rule: 'P1',
    patches: [
      {
        file: `${PAYMENT}/compensate-payment/settle-undo.ts`,
        find: ': tombstone(state, command, settlement, sending);',
        replace: ": 'tombstone';",
      },
    ],
  },
  {
    name: 'a reservation undone first leaves no tombstone',
    rule: 'P1',
    patches: [
      {
        file: `${INVENTORY}/compensate-inventory/decide-compensate.ts`,
        find: 'if (view.orderHeldBy(sagaId) !== undefined) return done;',
        replace: 'return done;',
      },
    ],
  },
  {
    name: 'the undo of a payment asks no provider',
    rule: 'P2',
    patches: [
      {
        file: `${PAYMENT}/compensate-payment/undos.ts`,
        find: 'voidOnce(provider, undo.chargeKey, undo.isKeyForgotten)',
        replace: 'Promise.resolve({ capturedMinor: 0, returnedMinor: 0 })',
      },
    ],
  },
  {
    name: 'the undo of a payment voids another key',
    rule: 'P2',
    patches: [
      {
        file: `${PAYMENT}/compensate-payment/undos.ts`,
        find: 'voidOnce(provider, undo.chargeKey, undo.isKeyForgotten)',
        replace: 'voidOnce(provider, command.id, undo.isKeyForgotten)',
      },
    ],
  },
  {
    name: 'an undo of a pending payment leaves its action unanswered',
    rule: 'P2',
    patches: [
      {
        file: `${PAYMENT}/compensate-payment/settle-undo.ts`,
        find: 'for (const waiting of waitingCommands(state, payment)) answer(state, waiting, reply, sending);',
        replace: 'void reply;',
      },
    ],
  },
  {
    name: 'each attempt of a charge has a key of its own',
    rule: 'P3',
    patches: [
      {
        file: `${PAYMENT}/process-payment/charges.ts`,
        find: 'const request = { chargeKey, amount, method, orderId };',
        replace: 'const request = { chargeKey: chargeKey + payment.attempts, amount, method, orderId };',
      },
    ],
  },
  {
    name: 'a late answer of the provider moves a payment that is settled',
    rule: 'P2',
    patches: [
      {
        file: `${PAYMENT}/process-payment/settle-charge.ts`,
        find: "if (payment?.id !== message.paymentId || payment.status !== 'pending') return done('ignored');",
        replace: "if (payment?.id !== message.paymentId) return done('ignored');",
      },
      {
        file: `${PAYMENT}/payments/payment.ts`,
        find: 'if (!allowed.includes(status)) {',
        replace: 'if (allowed.length > 9) {',
      },
      {
        file: `${PAYMENT}/payments/payment-sql.ts`,
        find: "where p.order_id = moved.order_id and p.status in ('pending', 'processed')",
        replace: 'where p.order_id = moved.order_id',
      },
    ],
  },
  {
    name: 'a payment is undone for any saga',
    rule: 'P5',
    patches: [
      {
        file: `${PAYMENT}/compensate-payment/compensate-payment.ts`,
        find: 'if (payment && payment.sagaId !== command.sagaId) {',
        replace: 'if (payment && payment.sagaId === "") {',
      },
      {
        file: `${PAYMENT}/compensate-payment/settle-undo.ts`,
        find: 'if (payment && payment.sagaId !== command.sagaId) {',
        replace: 'if (payment && payment.sagaId === "") {',
      },
    ],
  },
  {
    name: 'stock is released for any saga',
    rule: 'P5',
    patches: [
      {
        file: `${INVENTORY}/compensate-inventory/decide-compensate.ts`,
        find: 'if (known.sagaId !== sagaId) return done;',
        replace: '',
      },
    ],
  },
  {
    name: 'anybody may cancel an order',
    rule: 'P5',
    patches: [
      {
        file: `${ORDER}/orders/order-participant.ts`,
        find: 'if (owner !== undefined && owner !== command.sagaId) return ofAnotherSaga(owner, command);',
        replace: 'void ofAnotherSaga; void owner;',
      },
      {
        file: `${ORDER}/orchestrator/save.ts`,
        find: 'where o.id = new.id and o.saga_id = new.saga_id and',
        replace: 'where o.id = new.id and',
      },
    ],
  },
  {
    name: 'a release forgets a line',
    rule: 'P5',
    patches: [
      {
        file: `${INVENTORY}/compensate-inventory/decide-compensate.ts`,
        find: 'stock: known.lines.map(',
        replace: 'stock: known.lines.slice(1).map(',
      },
    ],
  },
  {
    name: 'a reservation takes only its first line',
    rule: 'P10',
    patches: [
      {
        file: `${INVENTORY}/reserve-inventory/decide-reserve.ts`,
        find: 'stock: found.map(',
        replace: 'stock: found.slice(0, 1).map(',
      },
    ],
  },
  {
    name: 'stock is not looked at before it is taken',
    rule: 'L7',
    patches: [
      {
        file: `${INVENTORY}/reserve-inventory/decide-reserve.ts`,
        find: 'stock.available < line.quantity',
        replace: 'stock.available < 0 * line.quantity',
      },
    ],
  },
  {
    name: 'a restock is applied each time it is asked for',
    rule: 'P10',
    patches: [
      {
        file: `${INVENTORY}/restock/decide-restock.ts`,
        find: 'if (known.productId === productId && known.delta === delta) return',
        replace:
          "if (stock) return { kind: 'applied', stock: move(stock, { available: delta }), restock: known };\n    return",
      },
    ],
  },
  {
    name: 'a stored reply is told anew',
    rule: 'O6',
    patches: [
      {
        file: `${PAYMENT}/payments/payment-answers.ts`,
        find: 'row: InboxRow & { reply: string }, sending: Sending): void {\n  send(state, row, sending);',
        replace:
          'row: InboxRow & { reply: string }, sending: Sending): void {\n  send(state, { ...row, reply: row.reply.replace(/"created_at":"[^"]*"/, JSON.stringify(String(sending.turn.now))) }, sending);',
      },
    ],
  },
  {
    name: 'a repeated rejection is answered as a success',
    rule: 'P4',
    patches: [
      {
        file: `${INVENTORY}/commands/inventory-decider.ts`,
        find: 'hit.reply === null ? null : { ...hit, reply: hit.reply };',
        replace:
          'hit.reply === null ? null : { ...hit, reply: hit.reply.replace(\'"Failed"\', \'"Success"\') };',
      },
    ],
  },
];
