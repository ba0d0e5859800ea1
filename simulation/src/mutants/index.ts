import { MESSAGING_MUTANTS } from './messaging-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PARTICIPANT_MUTANTS } from './participant-mutants.ts';
import { SAGA_MUTANTS } from './saga-mutants.ts';

export const MUTANTS: readonly Mutant[] = [...PARTICIPANT_MUTANTS, ...SAGA_MUTANTS, ...MESSAGING_MUTANTS];
