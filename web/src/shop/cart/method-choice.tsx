import type { PaymentMethod } from '@order-saga/client';
import styles from './method-choice.module.css';

const METHODS: readonly { readonly method: PaymentMethod; readonly name: string }[] = [
  { method: 'CREDIT_CARD', name: 'Credit card (one in five is declined)' },
  { method: 'TEST_APPROVE', name: 'Test card that is always good' },
  { method: 'TEST_DECLINE', name: 'Test card that is always declined' },
  { method: 'TEST_LATE', name: 'Test card whose bank answers late' },
];

export const MethodChoice = (parts: {
  readonly chosen: PaymentMethod;
  readonly isLocked: boolean;
  readonly onChoose: (method: PaymentMethod) => void;
}) => (
  <label className={styles.method}>
    Pay by
    <select
      value={parts.chosen}
      disabled={parts.isLocked}
      onChange={(event) => parts.onChoose(event.target.value as PaymentMethod)}
    >
      {METHODS.map(({ method, name }) => (
        <option key={method} value={method}>
          {name}
        </option>
      ))}
    </select>
  </label>
);
