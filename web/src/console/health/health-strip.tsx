import type { Overview } from '@order-saga/contracts';
import { useQuery } from '@tanstack/react-query';
import { Icon, type IconName } from '../../design/icon.tsx';
import { durationInWords } from '../../design/moment.tsx';
import { api } from '../api.ts';
import styles from './health-strip.module.css';

type Service = Overview['services'][number];

const EVERY_MS = 3_000;

const LOOKS: Readonly<Record<Service['status'], { icon: IconName; word: string }>> = {
  ready: { icon: 'check', word: 'ready' },
  degraded: { icon: 'alert', word: 'degraded' },
  unready: { icon: 'cross', word: 'not ready' },
  unreachable: { icon: 'cross', word: 'does not answer' },
};

export const useOverview = () =>
  useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.overview.query(undefined, { signal }),
    refetchInterval: EVERY_MS,
  });

/** How the services are, and how many sagas are under way, wherever an operator looks. */
export function HealthStrip() {
  const { data } = useOverview();
  return (
    <section className={styles.strip} aria-label="Health">
      <ul className={styles.services}>
        {data?.services.map((service) => (
          <ServiceHealth key={service.name} service={service} />
        ))}
      </ul>
      {data?.sagas ? (
        <dl className={`${styles.counts} figures`}>
          <Count name="under way" count={data.sagas.live} />
          <Count name="in line" count={data.sagas.waiting} />
          <Count
            name="need attention"
            count={data.sagas.needAttention}
            isBad={data.sagas.needAttention > 0}
          />
        </dl>
      ) : null}
    </section>
  );
}

function ServiceHealth({ service: { name, status, parts, outbox } }: { service: Service }) {
  const { icon, word } = LOOKS[status];
  const reasons = parts.filter(({ ok }) => !ok).map((part) => `${part.name}: ${part.reason}`);
  const waiting =
    outbox !== null && outbox.oldestAgeMs !== null && outbox.oldestAgeMs > 1_000
      ? `${outbox.rows} in the outbox, the oldest for ${durationInWords(outbox.oldestAgeMs)}`
      : null;
  return (
    <li className={styles[status]}>
      <Icon name={icon} size={14} />
      <span>
        <strong>{name}</strong> {word}
        {[...reasons, waiting].filter(Boolean).map((reason) => (
          <span key={reason} className={styles.reason}>
            {reason}
          </span>
        ))}
      </span>
    </li>
  );
}

const Count = ({ name, count, isBad = false }: { name: string; count: number; isBad?: boolean }) => (
  <div className={isBad ? styles.bad : undefined}>
    <dt>{name}</dt>
    <dd>{count.toLocaleString('en')}</dd>
  </div>
);
