import { MESSAGING_MUTANTS } from './messaging-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PARTICIPANT_MUTANTS } from './participant-mutants.ts';
import { SAGA_MUTANTS } from './saga-mutants.ts';

export const MUTANTS: readonly Mutant[] = [...PARTICIPANT_MUTANTS, ...SAGA_MUTANTS, ...MESSAGING_MUTANTS];

export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (mutant !== undefined) return mutant;
  throw new Error(`no mutant is named ${JSON.stringify(name)}: --mutants lists them`);
}
