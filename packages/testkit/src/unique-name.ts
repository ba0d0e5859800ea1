import { randomBytes } from 'node:crypto';

/** For databases, topics and consumer groups of one test file: `orders_1f09c2ab`. */
export const uniqueName = (stem: string): string => `${stem}_${randomBytes(4).toString('hex')}`;
