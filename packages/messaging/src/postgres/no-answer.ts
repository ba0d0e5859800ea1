/** PostgreSQL said nothing for as long as there was patience; its connection is given up. */
export class NoAnswer extends Error {
  readonly code = 'NO_ANSWER';

  constructor(limitMs: number) {
    super(`no answer from PostgreSQL within ${limitMs} ms`);
  }
}
