import type { OrderStatus } from '@order-saga/client';
import { Badge, type Tone } from '../../design/badge.tsx';

const WORDS: Readonly<Record<OrderStatus, { tone: Tone; text: string }>> = {
  PENDING: { tone: 'running', text: 'Accepted' },
  CREATED: { tone: 'running', text: 'Under way' },
  APPROVED: { tone: 'done', text: 'Approved' },
  CANCELLED: { tone: 'undone', text: 'Cancelled' },
};

/** A cancelled order is undone, not broken: everything that was done for it is made good. */
export function StatusBadge({ status, isUndoing = false }: { status: OrderStatus; isUndoing?: boolean }) {
  const { tone, text } = isUndoing ? ({ tone: 'undone', text: 'Being undone' } as const) : WORDS[status];
  return <Badge tone={tone}>{text}</Badge>;
}
