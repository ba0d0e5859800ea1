/** kafkajs wraps the broker's answer in retry errors; the protocol name of the cause decides. */
export function protocolErrorOf(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const type = (cause as { type?: unknown }).type;
    if (typeof type === 'string') return type;
  }
  return null;
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

export const isTooLarge = (error: unknown): boolean => TOO_LARGE.has(protocolErrorOf(error) ?? '');

/** kafkajs also says 'without metadata' when the topic went missing after the producer had connected. */
export const isUnknownTopic = (error: unknown): boolean =>
  protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ||
  (error instanceof Error && error.message.includes('without metadata'));

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
