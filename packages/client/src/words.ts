import type { OrderUpdate } from './follow-order.ts';

/** What an update means for money and stock, in words; for terminals and pages alike. */
export interface Said {
  /** `undone` is not `refused`: what is undone had been done, and is made good. */
  readonly mark: 'done' | 'refused' | 'undone' | 'told';
  readonly text: string;
}

/** `total` and `pieces` as they are said: `14.99 USD`, `1 piece`. */
export interface OrderInWords {
  readonly total: string;
  readonly pieces: string;
}

export function inWords(update: OrderUpdate, order: OrderInWords): Said {
  const { step } = update;
  switch (update.kind) {
    case 'SAGA_STARTED':
      return { mark: 'told', text: 'accepted: it will come to an end, whatever fails' };
    case 'STEP_COMPLETED':
      return { mark: 'done', text: done(step, order) };
    case 'STEP_REJECTED':
      return {
        mark: 'refused',
        text: `${refused(step)}${reasonOf(update)}`,
      };
    case 'STEP_TIMED_OUT':
      return { mark: 'refused', text: `${step} was not answered in time: undone in case it was done` };
    case 'CANCEL_REQUESTED':
      return { mark: 'refused', text: 'cancelled by request' };
    case 'STEP_UNDONE':
      return { mark: 'undone', text: undone(step, order) };
    default:
      return update.kind satisfies never;
  }
}

/** The seed's payment service begins each refusal with the same words, which say nothing here. */
const reasonOf = ({ failure }: OrderUpdate): string =>
  failure === null ? '' : `: ${failure.message.replace(/^Payment processing failed: /, '')}`;

function done(step: string | null, { total, pieces }: OrderInWords): string {
  switch (step) {
    case 'CreateOrder':
      return 'order created';
    case 'ProcessPayment':
      return `${total} charged`;
    case 'ReserveInventory':
      return `${pieces} reserved`;
    case 'ApproveOrder':
      return 'order approved, for ever';
    case 'ConfirmInventory':
      return `${pieces} sold: moved from reserved to sold`;
    default:
      return `${step} done`;
  }
}

function refused(step: string | null): string {
  switch (step) {
    case 'ProcessPayment':
      return 'payment refused, nothing charged';
    case 'ReserveInventory':
      return 'stock refused, nothing reserved';
    default:
      return `${step} refused`;
  }
}

function undone(step: string | null, { total, pieces }: OrderInWords): string {
  switch (step) {
    case 'CreateOrder':
      return 'order cancelled';
    case 'ProcessPayment':
      return `${total} given back`;
    case 'ReserveInventory':
      return `${pieces} put back on the shelf`;
    default:
      return `${step} undone`;
  }
}
