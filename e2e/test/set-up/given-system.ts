import { inject } from 'vitest';
import type { WholeSystem } from '../../src/index.ts';
import type {} from './shared-system.ts';

/** The system of the whole run; there is none without Kafka, so ask within a suite that needs it. */
export const sharedSystem = (): WholeSystem => inject('sharedSystem');
