import { parseArgs } from 'node:util';
import { checkInvariants, isAtRest, sweepDeadSystems, violationsText, waitForRest } from '@order-saga/cli';
import { FOLDER } from '../system.ts';
import { describeDeath, everyDeath, inRounds } from './matrix.ts';
import { filesOnThePath } from './path.ts';
import { crashRound, type Death } from './round.ts';
import { nameAwaits } from './sites.ts';
import { openStage, type Stage } from './stage.ts';

const HELP = `npm run crash-points -- [options]
  Kills every service at every instant between fetch and offset commit, and checks the invariants each time.
  --placement P    of the order participant: local or kafka (default: both; with kafka only the order service dies)
  --point TEXT     only the points whose names hold this text
  --service NAME   only order, payment or inventory
  --part I/N       the I-th of N parts of all rounds`;

const { values } = parseArgs({
  options: {
    placement: { type: 'string', default: 'local,kafka' },
    point: { type: 'string', default: '' },
    service: { type: 'string', default: '' },
    part: { type: 'string', default: '1/1' },
    help: { type: 'boolean', default: false },
  },
});

const REST_WITHIN_MS = 60_000;
const print = (line: string) => void process.stdout.write(`${line}\n`);

interface Tally {
  deaths: number;
  orders: number;
  readonly missed: Death[];
  readonly faults: string[];
}

async function run(): Promise<boolean> {
  const { sites, flaws } = nameAwaits(await filesOnThePath());
  for (const flaw of flaws) print(flaw);
  const deaths = everyDeath(sites).filter(
    ({ point, service }) => point.includes(values.point) && service.includes(values.service),
  );
  const [part = 1, parts = 1] = values.part.split('/').map(Number);
  const tally: Tally = { deaths: 0, orders: 0, missed: [], faults: [...flaws] };
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  await sweepDeadSystems(FOLDER);
  for (const placement of values.placement.split(',')) {
    const ofPlacement = placement === 'kafka' ? deaths.filter(({ service }) => service === 'order') : deaths;
    const rounds = inRounds(ofPlacement).filter((_, at) => at % parts === part - 1);
    if (rounds.length === 0 || told.signal.aborted) continue;
    print(`order participant ${placement}: ${rounds.flat().length} deaths in ${rounds.length} rounds`);
    const stage = await openStage({ ORDER_PARTICIPANT: placement });
    try {
      for (const round of rounds) if (!told.signal.aborted) await oneRound(stage, round, tally);
      // Some instants come only when work happens to be under way.
      for (let again = 0; again < 3 && !told.signal.aborted; again += 1)
        for (const round of inRounds(tally.missed.splice(0))) await oneRound(stage, round, tally);
      await conclude(stage, [], 'at the end', tally, stage.system.brokers);
    } finally {
      await stage.close();
    }
  }
  if (told.signal.aborted) tally.faults.push('told to end before the last round');
  print(`${tally.deaths} processes died where they were told to, with ${tally.orders} orders acknowledged`);
  if (tally.missed.length > 0) print(`not passed: ${tally.missed.map(describeDeath).join(', ')}`);
  print(tally.faults.length === 0 ? 'The invariants held every time.' : tally.faults.join('\n'));
  return tally.faults.length === 0;
}

async function oneRound(stage: Stage, deaths: readonly Death[], tally: Tally): Promise<void> {
  const began = performance.now();
  const what = deaths.map(describeDeath).join(', ');
  const { acknowledged, disappointed, missed } = await crashRound(stage, deaths).catch((fault: unknown) => ({
    acknowledged: [],
    disappointed: [String(fault)],
    missed: [],
  }));
  tally.deaths += deaths.length - missed.length;
  tally.orders += acknowledged.length;
  tally.missed.push(...missed);
  tally.faults.push(...disappointed.map((order) => `${what}: ${order}`));
  await conclude(stage, acknowledged, what, tally);
  const note = missed.length === 0 ? '' : `; not passed: ${missed.map(describeDeath).join(', ')}`;
  print(`${((performance.now() - began) / 1000).toFixed(1)} s  ${what}${note}`);
}

async function conclude(
  { system }: Stage,
  acknowledged: readonly string[],
  what: string,
  tally: Tally,
  brokers: readonly string[] = [],
): Promise<void> {
  const left = await waitForRest(system.databases, REST_WITHIN_MS);
  if (!isAtRest(left)) tally.faults.push(`${what}: still under way ${JSON.stringify(left)}`);
  const { databases } = system;
  const report = await checkInvariants({ databases, mode: 'at-rest', acknowledged, brokers });
  if (!report.holds) tally.faults.push(`${what}: ${violationsText(report)}`);
}

if (values.help) print(HELP);
else process.exitCode = (await run()) ? 0 : 1;
