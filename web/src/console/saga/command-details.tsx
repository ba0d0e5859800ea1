import type { ProcessedCommandView, SagaCommandView } from '@order-saga/contracts';
import { durationInWords } from '../../design/moment.tsx';
import styles from './command-details.module.css';
import { PARTS, type Segment, sumsOf } from './waterfall.ts';

/** Everything that is written down about one command: what an operator searches logs and topics with. */
export function CommandDetails({
  command,
  segments,
  memory,
}: {
  command: SagaCommandView;
  segments: readonly Segment[];
  /** undefined: the participant could not be asked. */
  memory: ProcessedCommandView | null | undefined;
}) {
  return (
    <div className={styles.details}>
      <dl>
        <dt>Command id</dt>
        <dd>
          <code>{command.id}</code>
        </dd>
        <dt>Idempotency key</dt>
        <dd>
          <code>{command.idempotencyKey}</code>
        </dd>
        <dt>Reply id</dt>
        <dd>
          <code>{command.replyId}</code>
        </dd>
        <dt>Done</dt>
        <dd>{command.placement === 'local' ? 'in the orchestrator’s own transaction' : 'over Kafka'}</dd>
        <dt>Sent</dt>
        <dd>{sentInWords(command)}</dd>
        {command.error === null ? null : (
          <>
            <dt>Error</dt>
            <dd className={styles.error}>
              <code>{command.error.code}</code> {command.error.message}
            </dd>
          </>
        )}
        {segments.length === 0 ? null : (
          <>
            <dt>Time</dt>
            <dd>
              {sumsOf(segments)
                .map(({ part, ms }) => `${durationInWords(ms)} ${PARTS[part]}`)
                .join(' · ')}
            </dd>
          </>
        )}
        <dt>{command.participant} says</dt>
        <dd>{memoryInWords(memory)}</dd>
      </dl>
      {memory?.reply ? <pre>{pretty(memory.reply)}</pre> : null}
    </div>
  );
}

function sentInWords({ sentAt, attempts }: SagaCommandView): string {
  if (sentAt === null) return 'not yet';
  const at = `${sentAt.slice(0, 10)} ${sentAt.slice(11, 23)} UTC`;
  if (attempts === null) return at;
  return attempts === 1 ? `${at}, once` : `first ${at}, ${attempts} times in all`;
}

function memoryInWords(memory: ProcessedCommandView | null | undefined): string {
  if (memory === undefined) return 'nothing: it could not be asked';
  if (memory === null) return 'that it never took this command';
  if (memory.outcome === 'pending') return 'that it took it, and has no outcome yet';
  return memory.reply === null ? `${memory.outcome}; its reply is purged` : memory.outcome;
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
