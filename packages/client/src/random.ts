/** In [0, 1). */
export const chance = (): number => Math.random();

/** A key for one order that a person means to place. `crypto.randomUUID` is missing from pages that did not come by HTTPS. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
