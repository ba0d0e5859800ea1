import type { SagaStatus, SagaView } from '@order-saga/contracts';
import { Badge, type Tone } from '../../design/badge.tsx';
import { Icon } from '../../design/icon.tsx';
import styles from './saga-status.module.css';

const LOOKS: Readonly<Record<SagaStatus, { tone: Tone; word: string }>> = {
  Started: { tone: 'running', word: 'Started' },
  InProgress: { tone: 'running', word: 'Under way' },
  Completed: { tone: 'done', word: 'Completed' },
  Compensating: { tone: 'undone', word: 'Being undone' },
  Compensated: { tone: 'undone', word: 'Undone' },
  Failed: { tone: 'failed', word: 'Given up' },
};

export function SagaStatusBadge({ status }: { status: SagaStatus }) {
  const { tone, word } = LOOKS[status];
  return <Badge tone={tone}>{word}</Badge>;
}

/** That somebody has to look is a fact beside the status. */
export const AttentionMark = ({ attention }: Pick<SagaView, 'attention'>) =>
  attention === null ? null : (
    <span className={styles.attention}>
      <Icon name="alert" size={14} />
      <span className="sr-only">needs attention</span>
    </span>
  );
