import { hash } from 'node:crypto';

/**
 * Ids that are derived, not drawn: whoever computes one again, after a crash or in another process, gets the same
 * (rules L6 and P5). `crypto.hash` takes 0.3 µs where `createHash` takes 0.7 µs.
 */

/**
 * A UUID that follows from its parts: version 8 with the first 122 free bits of a SHA-256 (RFC 9562, section 5.8).
 * The namespace keeps ids of different kinds apart; each part carries its length, so that no two lists of parts read the same.
 */
export function deriveUuid(namespace: string, ...parts: readonly (string | number)[]): string {
  let name = namespace;
  for (const part of parts) {
    const text = String(part);
    name += `|${text.length}:${text}`;
  }
  const hex = hash('sha256', name);
  const variant = VARIANT[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const VARIANT = ['8', '9', 'a', 'b'] as const;

/** One payment per saga, so that an undo after silence has an id to name (rule P5). */
export const paymentIdOf = (sagaId: string): string => deriveUuid('payment', sagaId, 'ProcessPayment');

/** One reservation per saga. */
export const reservationIdOf = (sagaId: string): string =>
  deriveUuid('reservation', sagaId, 'ReserveInventory');

/** A command has one reply, however often it is sent. */
export const replyIdOf = (commandId: string): string => deriveUuid('reply', commandId);
