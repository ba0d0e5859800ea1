import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { Icon, type IconName } from './icon.tsx';

/** What a colour may mean, here and everywhere. */
export type Tone = 'done' | 'undone' | 'failed' | 'running' | 'plain';

const ICONS: Readonly<Record<Exclude<Tone, 'plain'>, IconName>> = {
  done: 'check',
  undone: 'undo',
  failed: 'cross',
  running: 'clock',
};

export const Badge = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className={`${styles.badge} ${styles[tone]}`}>
    {tone === 'plain' ? null : <Icon name={ICONS[tone]} size={12} />}
    {children}
  </span>
);
