import type { ConsoleService, DeadLetterDetail } from '@order-saga/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Ago } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { api } from '../api.ts';
import { isUuid } from '../sagas/saga-filters.ts';
import styles from './dead-letters.module.css';

/** One dead letter, whole. */
export function DeadLetterPage() {
  const { service = '', id = '' } = useParams();
  const { data, error, isPending } = useQuery({
    queryKey: ['dead-letter', service, id],
    queryFn: ({ signal }) =>
      /^[0-9a-f]{64}$/.test(id)
        ? api.deadLetters.byId.query({ service: service as ConsoleService, id }, { signal })
        : null,
  });
  return (
    <>
      <Link to="/dead-letters" className={styles.back}>
        <Icon name="back" size={14} />
        Dead letters
      </Link>
      {error !== null ? (
        <Problem title="The dead letter cannot be shown just now.">
          <p>{error.message}</p>
        </Problem>
      ) : isPending ? (
        <Skeleton lines={6} label="Loading the dead letter" />
      ) : data == null ? (
        <Empty icon="inbox" title="There is no such dead letter" />
      ) : (
        <Letter letter={data} service={service} />
      )}
    </>
  );
}

function Letter({ letter, service }: { letter: DeadLetterDetail; service: string }) {
  const { cause, topic, key, count, firstAt, lastAt, value, headers } = letter;
  const sagaId = headers.ce_correlationid ?? key;
  return (
    <article aria-labelledby="letter" className={styles.letter}>
      <h1 id="letter">{cause}</h1>
      <Card>
        <dl className={styles.facts}>
          <dt>Parked by</dt>
          <dd>{service}</dd>
          <dt>Topic</dt>
          <dd>{topic}</dd>
          <dt>Key</dt>
          <dd>
            <code>{key ?? 'none'}</code>
          </dd>
          <dt>Seen</dt>
          <dd>
            {count === 1 ? 'once' : `${count} times`}, first <Ago at={firstAt} />, last <Ago at={lastAt} />
          </dd>
          {sagaId !== null && isUuid(sagaId) ? (
            <>
              <dt>Saga</dt>
              <dd>
                <Link to={`/sagas/${sagaId}`}>
                  <code>{sagaId}</code>
                </Link>
              </dd>
            </>
          ) : null}
        </dl>
      </Card>
      <Card aria-labelledby="headers">
        <h2 id="headers">Headers</h2>
        <dl className={styles.facts}>
          {Object.entries(headers).map(([name, text]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{text}</code>
              </dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card aria-labelledby="value">
        <h2 id="value">Value{value?.encoding === 'base64' ? ', in base64: it is no text' : ''}</h2>
        {value === null ? <p>none</p> : <pre>{value.data}</pre>}
      </Card>
    </article>
  );
}
