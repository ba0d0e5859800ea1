import type { ComponentPropsWithRef } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly look?: 'main' | 'plain' | 'quiet';
  /** It was pressed and its work is not done: it can still be read and focused, and pressing does nothing. */
  readonly isBusy?: boolean;
}

export function Button({ look = 'plain', isBusy = false, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={isBusy || rest.disabled || undefined}
      aria-busy={isBusy || undefined}
      className={[styles.button, styles[look], className].filter(Boolean).join(' ')}
      onClick={isBusy ? undefined : onClick}
    />
  );
}
