import { type Workload, workloadOf } from '../clients/workload.ts';
import { type Fault, isTimed } from '../world/faults.ts';
import { planOf } from '../world/plan.ts';
import { Prng } from '../world/prng.ts';

const STREAM = 7;

/** All that happens in a world from outside. A seed draws one; a failure is told by as few of its parts as it takes. */
export interface Scenario {
  readonly seed: number;
  /**
   * What is left to chance in it: latencies, ids, and where its counted faults strike. 0: as the seed has it. A world that
   * was made smaller needs another chance to come to the same end.
   */
  readonly chance: number;
  readonly faults: readonly Fault[];
  readonly workload: Workload;
}

export const scenarioOf = (seed: number): Scenario => ({
  seed,
  chance: 0,
  faults: planOf(seed),
  workload: workloadOf(seed),
});

/** How the parts of each kind are named: `f0` is the seed's first fault, `o2` its third order. */
const KINDS = { f: 'faults', o: 'placings', r: 'restockings', x: 'foreigners' } as const;
type Kind = keyof typeof KINDS;

const listOf = ({ faults, workload }: Scenario, kind: Kind): readonly unknown[] => {
  const name = KINDS[kind];
  return name === 'faults' ? faults : workload[name];
};

/** The names of everything that can be left out. */
export const partsOf = (scenario: Scenario): string[] =>
  (Object.keys(KINDS) as Kind[]).flatMap((kind) => listOf(scenario, kind).map((_, at) => `${kind}${at}`));

/** The scenario with these of its parts only, and another chance. */
export function withOnly(scenario: Scenario, parts: readonly string[], chance: number): Scenario {
  const known = new Set(partsOf(scenario));
  const unknown = parts.find((part) => !known.has(part));
  if (unknown !== undefined)
    throw new Error(`seed ${scenario.seed} has no part '${unknown}': it has ${[...known].join(',')}`);
  const wanted = new Set(parts);
  const some = <Part>(kind: Kind, list: readonly Part[]): Part[] =>
    list.filter((_, at) => wanted.has(`${kind}${at}`));
  const { seed, workload } = scenario;
  const faults = some('f', scenario.faults);
  return {
    seed,
    chance,
    faults: chance === 0 ? faults : aimedAnew(faults, new Prng(seed + chance, STREAM)),
    workload: {
      ...workload,
      placings: some('o', workload.placings),
      restockings: some('r', workload.restockings),
      foreigners: some('x', workload.foreigners),
    },
  };
}

/** In a smaller world there is less to count. */
const aimedAnew = (faults: readonly Fault[], draw: Prng): Fault[] =>
  faults.map((fault) => (isTimed(fault) ? fault : { ...fault, nth: draw.below(fault.nth + 1) }));
