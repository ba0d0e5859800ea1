import { parseArgs } from 'node:util';
import { followOrder, type GatewayClient, type OrderUpdate } from '@order-saga/client';
import { randomIds, systemClock } from '@order-saga/service-kit';
import { checkInvariants } from '../invariants/check-invariants.ts';
import type { Observation } from '../invariants/check-told.ts';
import { printInvariants, underWayText } from '../invariants/examine.ts';
import type { InvariantReport } from '../invariants/report.ts';
import { isAtRest, waitForRest } from '../invariants/rest.ts';
import { runningSystem } from '../running.ts';
import { CliError } from '../system/cli-error.ts';
import type { RunState } from '../system/run-file.ts';
import {
  clientOf,
  type Doors,
  type Money,
  type OrderNow,
  type Product,
  products,
  readOrder,
  unexpected,
} from './ask.ts';
import { type Stage, silentStage, terminalStage } from './stage.ts';
import { brokenPromises, placeFirstAgain, type Story, stories } from './stories.ts';

const PATIENCE_MS = 60_000;
const REST_WITHIN_MS = 10_000;
const CURRENCY = 'USD';

interface Told {
  readonly title: string;
  readonly orderId: string;
  readonly asPromised: boolean;
  readonly broken: readonly string[];
  readonly order: OrderNow;
  readonly timeline: readonly OrderUpdate[];
}

/** `npm run demo [-- --json]`: four orders against the running system, live. Exit code 1 when one is not as promised. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, 'data-dir': { type: 'string' } },
  });
  const state = await runningSystem(values['data-dir']);
  const doors = doorsOf(state);
  const client = clientOf(doors);
  const stage = values.json ? silentStage() : terminalStage();
  const { product, price } = await somethingToBuy(client);
  const key = `demo-${randomIds(systemClock).uuid()}`;

  stage.line(
    `Four orders against ${doors.gateway}; the playground there shows the same: ${doors.gateway}/graphql`,
  );
  const told: Told[] = [];
  for (const story of stories(client, doors, product, price, key)) {
    told.push(await tell(story, told.length + 1, client, stage));
  }
  const first = told[0] as Told;
  stage.title(told.length + 1, 'Repeated: the first order sent once more with the same idempotency key');
  told.push(await tellAgain(first, await placeFirstAgain(client, product, price, key), stage));

  await client.close();
  const report = await checkAll(state, told, stage);
  const ok = report.holds && told.every(({ asPromised }) => asPromised);
  if (values.json) console.log(JSON.stringify({ ok, orders: told, invariants: report }, null, 2));
  return ok ? 0 : 1;
}

async function tell(story: Story, number: number, client: GatewayClient, stage: Stage): Promise<Told> {
  stage.title(number, story.title);
  const orderId = await story.place();
  const words = { total: textOf(story.total), pieces: '1 piece' };
  stage.ordered(orderId, words.total, number === 3 ? 'POST /orders' : 'createOrder');
  const timeline: OrderUpdate[] = [];
  for await (const update of follow(client, orderId)) {
    timeline.push(update);
    stage.update(update, words);
  }
  const order = await readOrder(client, orderId);
  const broken = brokenPromises(order, story.promise);
  if (broken.length === 0) stage.kept(standing(order));
  else stage.broken(broken.join('; '));
  return { title: story.title, orderId, asPromised: broken.length === 0, broken, order, timeline };
}

/** The whole story of an order as it happens. A saga that hangs does not hang its audience. */
async function* follow(client: GatewayClient, orderId: string): AsyncGenerator<OrderUpdate> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    yield* followOrder(client, orderId, { afterVersion: 0, signal });
  } catch (error) {
    if (!signal.aborted) throw unexpected(`watching order ${orderId}: ${(error as Error).message}`);
    throw unexpected(`order ${orderId} has not ended after ${PATIENCE_MS / 1_000} s: npm run doctor`);
  }
}

async function tellAgain(first: Told, again: OrderNow, stage: Stage): Promise<Told> {
  const broken =
    again.id !== first.orderId
      ? [`another order was made: ${again.id}`]
      : again.version !== first.order.version
        ? [`the order moved from version ${first.order.version} to ${again.version}`]
        : [];
  if (broken.length === 0)
    stage.kept(`the same order ${again.id} came back; ${standing(again)}, charged once`);
  else stage.broken(broken.join('; '));
  const { orderId } = first;
  return { title: 'Repeated', orderId, asPromised: broken.length === 0, broken, order: again, timeline: [] };
}

/** `approved with 14.99 USD captured and 0.00 USD given back` */
function standing({ status, payment }: OrderNow): string {
  if (payment === null || Number(payment.captured.amount) === 0)
    return `${status.toLowerCase()}, nothing charged`;
  const captured = `${textOf(payment.captured)} charged`;
  return Number(payment.refunded.amount) === 0
    ? `${status.toLowerCase()}, ${captured} and kept`
    : `${status.toLowerCase()}, ${captured} and ${textOf(payment.refunded)} given back`;
}

/** While others use the system there may be no rest: then only what is true at every instant is asked. */
async function checkAll(state: RunState, orders: readonly Told[], stage: Stage): Promise<InvariantReport> {
  const { databases, brokers } = state;
  const left = await waitForRest(databases, REST_WITHIN_MS);
  const told = orders.flatMap(({ orderId, timeline }, at) =>
    timeline.map(
      ({ version, orderStatus }): Observation => ({
        listener: `subscription ${at + 1}`,
        kind: 'stream',
        orderId,
        version,
        orderStatus: orderStatus.toLowerCase() as Observation['orderStatus'],
      }),
    ),
  );
  const mode = isAtRest(left) ? 'at-rest' : 'always';
  stage.line('\nWhat the three databases say of it');
  if (mode === 'always') stage.line(`(others are at work: ${underWayText(left)})`);
  const acknowledged = orders.map(({ orderId }) => orderId);
  const report = await checkInvariants({ databases, mode, brokers, told, acknowledged });
  if (stage.isShown) printInvariants(report);
  return report;
}

function doorsOf({ urls: { gateway, order } }: RunState): Doors {
  if (gateway !== undefined && order !== undefined) return { gateway, order };
  throw new CliError('NOT_RUNNING', 'the gateway or the order service does not run: npm run status');
}

/** The product of which there is most, so that the demo can be run many times. */
async function somethingToBuy(client: GatewayClient): Promise<{ product: Product; price: Money }> {
  const [most] = (await products(client)).toSorted((a, b) => b.stock.available - a.stock.available);
  const price = most?.prices.find(({ currencyCode }) => currencyCode === CURRENCY);
  if (most !== undefined && price !== undefined && most.stock.available > 0) return { product: most, price };
  throw new CliError(
    'DEMO_FAILED',
    `nothing is left that is sold in ${CURRENCY}: stop the system and wipe it with npm run reset -- --yes`,
  );
}

const textOf = ({ amount, currencyCode }: Money): string => `${amount} ${currencyCode}`;
