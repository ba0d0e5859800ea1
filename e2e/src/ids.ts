import { randomUUID } from 'node:crypto';

/** A customer, a key, a request: whatever a story needs one of that nobody else has. */
export const newId = (): string => randomUUID();
