import type { ComponentPropsWithoutRef } from 'react';
import styles from './card.module.css';

export const Card = ({
  isPadded = true,
  className,
  ...rest
}: ComponentPropsWithoutRef<'section'> & { isPadded?: boolean }) => (
  <section
    {...rest}
    className={[styles.card, isPadded && styles.padded, className].filter(Boolean).join(' ')}
  />
);
