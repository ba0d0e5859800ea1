import type { ConsoleDeadLetter, ConsoleService } from '@order-saga/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Ago } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { api } from '../api.ts';
import { HealthStrip } from '../health/health-strip.tsx';
import styles from './dead-letters.module.css';

const SERVICES: readonly ConsoleService[] = ['order', 'payment', 'inventory'];
const EVERY_MS = 5_000;

/** What could not be read or handled, service by service: each with its cause, none of it lost. */
export const DeadLettersPage = () => (
  <>
    <HealthStrip />
    <h1>Dead letters</h1>
    <p className={styles.intro}>
      Messages that could not be read or handled. They lie in the service’s database, whole; the orders that
      they belong to wait, and are sent their commands again.
    </p>
    {SERVICES.map((service) => (
      <OfService key={service} service={service} />
    ))}
  </>
);

function OfService({ service }: { service: ConsoleService }) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['dead-letters', service],
    queryFn: ({ pageParam, signal }) =>
      api.deadLetters.list.query({ service, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: EVERY_MS,
  });
  const letters = data?.pages.flatMap(({ items }) => items);
  return (
    <section className={styles.section} aria-labelledby={`letters-${service}`}>
      <h2 id={`letters-${service}`}>{service}</h2>
      {error !== null && letters === undefined ? (
        <Problem title={`The dead letters of ${service} cannot be shown just now.`}>
          <p>{error.message} They are asked for again by themselves.</p>
        </Problem>
      ) : isPending || letters === undefined ? (
        <Skeleton lines={2} label={`Loading the dead letters of ${service}`} />
      ) : letters.length === 0 ? (
        <Card isPadded={false}>
          <Empty icon="check" title="None" />
        </Card>
      ) : (
        <Card isPadded={false} className={styles.scroll ?? ''}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Cause</th>
                <th scope="col">Topic</th>
                <th scope="col">Key</th>
                <th scope="col">Seen</th>
                <th scope="col">Last</th>
              </tr>
            </thead>
            <tbody>
              {letters.map((letter) => (
                <Row key={letter.id} letter={letter} />
              ))}
            </tbody>
          </table>
        </Card>
      )}
      {hasNextPage ? (
        <Button isBusy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          Older ones
        </Button>
      ) : null}
    </section>
  );
}

function Row({ letter: { service, id, cause, topic, key, count, lastAt } }: { letter: ConsoleDeadLetter }) {
  return (
    <tr>
      <td>
        <Link to={`/dead-letters/${service}/${id}`}>
          <Badge tone="failed">{cause}</Badge>
        </Link>
      </td>
      <td>{topic}</td>
      <td>
        <code>{key ?? '–'}</code>
      </td>
      <td className="figures">{count === 1 ? 'once' : `${count} times`}</td>
      <td>
        <Ago at={lastAt} />
      </td>
    </tr>
  );
}
