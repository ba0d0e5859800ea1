import {
  encodeReply,
  type InventoryCommand,
  inventoryCommandSchema,
  type PaymentCommand,
  paymentCommandSchema,
  paymentIdOf,
  type Reply,
  replyIdOf,
  reservationIdOf,
  TOPICS,
} from '@order-saga/contracts';
import type { Broker, Consumer, IncomingMessage, MessageSignatures } from '@order-saga/messaging';
import { eventually } from '@order-saga/testkit';

export type RemoteCommand = PaymentCommand | InventoryCommand;

/** What a participant does with a command: nothing, or an answer. */
export type Scripted =
  | 'silent'
  | 'succeeds'
  | { readonly fails: string }
  | { readonly answers: Partial<Reply> };

/** Payment and inventory as a test wants them: they keep no state, and write down what they were sent. */
export class ScriptedParticipants {
  readonly received: RemoteCommand[] = [];
  script: (command: RemoteCommand) => Scripted = () => 'succeeds';
  /** Under whose keys their replies are signed; nobody's, unless a test says so. */
  signatures: MessageSignatures | undefined;
  /** Of every reply. */
  headers: Readonly<Record<string, string>> = {};
  readonly #broker: Broker;
  #consumers: Consumer[] = [];

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  async start(): Promise<void> {
    this.#consumers = [
      this.#consume(TOPICS.paymentCommands.name, paymentCommandSchema),
      this.#consume(TOPICS.inventoryCommands.name, inventoryCommandSchema),
    ];
    await Promise.all(this.#consumers.map((consumer) => consumer.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
  }

  /** The commands of one type that were received, of one saga or of all. */
  of(type: RemoteCommand['type'], sagaId?: string): RemoteCommand[] {
    return this.received.filter(
      (command) => command.type === type && (sagaId === undefined || command.sagaId === sagaId),
    );
  }

  /** Waits for the first command of that type. */
  async first(type: RemoteCommand['type'], sagaId: string): Promise<RemoteCommand> {
    await eventually(() => this.of(type, sagaId).length > 0, { describe: `a ${type}` });
    return this.of(type, sagaId)[0] as RemoteCommand;
  }

  /** Types of the commands a saga sent, in order, each once. */
  pathOf(sagaId: string): string[] {
    return [...new Set(this.received.filter((each) => each.sagaId === sagaId).map(({ type }) => type))];
  }

  async answer(command: RemoteCommand, reply: Partial<Reply> = {}): Promise<void> {
    await this.send([{ ...success(command), ...reply }]);
  }

  async send(replies: readonly Reply[]): Promise<void> {
    await this.#broker.publish(
      replies.map((reply) => {
        const message = {
          topic: TOPICS.orderReplies.name,
          key: reply.sagaId,
          value: encodeReply(reply),
          headers: this.headers,
        };
        return this.signatures?.sign(message) ?? message;
      }),
    );
  }

  #consume(topic: string, schema: { parse(value: unknown): RemoteCommand }): Consumer {
    const consumer = this.#broker.consume({
      groupId: `scripted ${topic}`,
      topics: [topic],
      from: 'earliest',
      onMessages: async (messages: readonly IncomingMessage[]) => {
        const replies: Reply[] = [];
        for (const message of messages) {
          const command = schema.parse(JSON.parse(String(message.value)));
          this.received.push(command);
          const scripted = this.script(command);
          if (scripted !== 'silent') replies.push({ ...success(command), ...change(scripted) });
        }
        await this.send(replies).catch(() => undefined);
        for (const message of messages) consumer.done(message);
      },
    });
    return consumer;
  }
}

function change(scripted: Exclude<Scripted, 'silent'>): Partial<Reply> {
  if (scripted === 'succeeds') return {};
  if ('answers' in scripted) return scripted.answers;
  const { fails } = scripted;
  return { status: 'Failed', result: null, error: `${fails}, in words`, errorCode: fails };
}

/** What is needed of a command to answer it. */
export type Answerable = Pick<RemoteCommand, 'id' | 'type' | 'sagaId' | 'createdAt'>;

export function success(command: Answerable): Reply {
  return {
    id: replyIdOf(command.id),
    commandId: command.id,
    sagaId: command.sagaId,
    status: 'Success',
    result: resultOf(command),
    error: null,
    errorCode: null,
    createdAt: command.createdAt,
  };
}

function resultOf({ type, sagaId }: Answerable): unknown {
  switch (type) {
    case 'ProcessPayment':
      return { payment_id: paymentIdOf(sagaId) };
    case 'CompensatePayment':
      return { refunded: true };
    case 'ReserveInventory':
      return { reserved: true, reservation_id: reservationIdOf(sagaId) };
    case 'CompensateInventory':
      return { compensated: true };
    case 'ConfirmInventory':
      return { confirmed: true };
    default:
      return type satisfies never;
  }
}
