import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import styles from './notice.module.css';

/** A place that has nothing to show, and why. */
export const Empty = ({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) => (
  <div className={styles.empty}>
    <Icon name={icon} size={28} />
    <h2>{title}</h2>
    {children}
  </div>
);

/** Something went wrong here: what, and what to do. Read out when it appears. */
export const Problem = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className={styles.problem} role="alert">
    <Icon name="alert" />
    <div>
      <strong>{title}</strong>
      {children}
    </div>
  </div>
);

/** Across the top while what is shown may be old. */
export const Banner = ({ children }: { children: ReactNode }) => (
  <div className={styles.banner} role="status">
    <Icon name="alert" />
    <span>{children}</span>
  </div>
);

/** Where something will be in a moment. */
export const Skeleton = ({ lines = 1, label = 'Loading' }: { lines?: number; label?: string }) => (
  <div className={styles.skeleton} role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, line) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
      <span key={line} />
    ))}
  </div>
);
