import type { SagaCase } from '@order-saga/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Ago, agoInWords, durationInWords, useNow } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { api, LIVE_MS } from '../api.ts';
import { isUuid } from '../sagas/saga-filters.ts';
import { AttentionMark, SagaStatusBadge } from '../sagas/saga-status.tsx';
import { moneyText } from './money-text.ts';
import styles from './saga-page.module.css';
import { WaterfallView } from './waterfall-view.tsx';
import { whyItWaits } from './why-it-waits.ts';

/** One saga: where it stands, why it waits, and every command with what came of it. */
export function SagaPage() {
  const { id = '' } = useParams();
  const { data, error, isPending } = useQuery({
    queryKey: ['saga', id],
    queryFn: ({ signal }) => (isUuid(id) ? api.sagas.byId.query({ id }, { signal }) : null),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LIVE_MS),
  });
  return (
    <>
      <Link to="/" className={styles.back}>
        <Icon name="back" size={14} />
        Sagas
      </Link>
      {error !== null && data === undefined ? (
        <Problem title="The saga cannot be shown just now.">
          <p>{error.message} It is asked for again by itself.</p>
        </Problem>
      ) : isPending ? (
        <Skeleton lines={8} label="Loading the saga" />
      ) : data === null || data === undefined ? (
        <NotThere id={id} />
      ) : (
        <Case found={data} />
      )}
    </>
  );
}

const isOver = ({ saga }: SagaCase): boolean => saga.currentStep === null;

const NotThere = ({ id }: { id: string }) => (
  <Empty icon="inbox" title="No saga and no order has this id">
    <p>
      <code>{id}</code>
    </p>
    {isUuid(id) ? (
      <p>
        If it is a customer’s: <Link to={`/?customer=${id}`}>the sagas of that customer</Link>.
      </p>
    ) : null}
  </Empty>
);

function Case({ found }: { found: SagaCase }) {
  const { saga, order, missing } = found;
  return (
    <article aria-labelledby="saga" className={styles.page}>
      <header className={styles.head}>
        <h1 id="saga">
          Order <code>{order.id}</code>
        </h1>
        <SagaStatusBadge status={saga.status} />
        <AttentionMark attention={saga.attention} />
      </header>
      {missing.map(({ service, reason }) => (
        <Problem key={service} title={`What ${service} knows of it is missing here.`}>
          {reason}
        </Problem>
      ))}
      <WhyItWaits found={found} />
      {saga.failure === null ? null : (
        <p className={styles.failure}>
          <Icon name="undo" />
          <span>
            It {isOver(found) ? 'was' : 'is being'} undone because of <code>{saga.failure.code}</code>:{' '}
            {saga.failure.message}
          </span>
        </p>
      )}
      <Card aria-labelledby="commands" className={styles.wide ?? ''}>
        <h2 id="commands">Commands</h2>
        <WaterfallView found={found} />
      </Card>
      <div className={styles.facts}>
        <Facts found={found} />
        <Effects found={found} />
      </div>
    </article>
  );
}

function WhyItWaits({ found }: { found: SagaCase }) {
  const present = useNow();
  const waiting = whyItWaits(found);
  if (waiting === null) return null;
  const { title, since, facts, nextAttemptAt, deadlineAt, afterDeadline } = waiting;
  const sinceMs = present - Date.parse(since);
  // What takes as long as it should is not worth a word.
  if (sinceMs < 2_000) return null;
  return (
    <Card aria-labelledby="waits" className={`${styles.waits} ${found.saga.attention ? styles.urgent : ''}`}>
      <h2 id="waits">
        {title} <span className={styles.since}>for {durationInWords(sinceMs)}</span>
      </h2>
      {facts.map((fact) => (
        <p key={fact}>{fact}</p>
      ))}
      <dl>
        {nextAttemptAt === null ? null : (
          <>
            <dt>Sent again</dt>
            <dd>{agoInWords(Date.parse(nextAttemptAt), present)}</dd>
          </>
        )}
        {deadlineAt === null ? null : (
          <>
            <dt>Deadline</dt>
            <dd>
              {agoInWords(Date.parse(deadlineAt), present)}. {afterDeadline}
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function Facts({ found: { saga, order, traceparent } }: { found: SagaCase }) {
  return (
    <Card aria-labelledby="facts">
      <h2 id="facts">Saga</h2>
      <dl className={styles.list}>
        <dt>Saga</dt>
        <dd>
          <code>{saga.id}</code>
        </dd>
        <dt>Customer</dt>
        <dd>
          <Link to={`/?customer=${order.customerId}`}>
            <code>{order.customerId}</code>
          </Link>
        </dd>
        <dt>Total</dt>
        <dd>
          {moneyText(order.total)}, {order.paymentMethod}
        </dd>
        <dt>Lines</dt>
        <dd>
          {order.lines.map(({ productId, quantity }) => (
            <span key={productId} className={styles.line}>
              {quantity} × <code>{productId}</code>
            </span>
          ))}
        </dd>
        <dt>Definition</dt>
        <dd>{saga.definition}</dd>
        <dt>Version</dt>
        <dd>{saga.version}</dd>
        <dt>Began</dt>
        <dd>
          <Ago at={saga.createdAt} />
        </dd>
        {traceparent === null ? null : (
          <>
            <dt>Trace</dt>
            <dd>
              <code>{traceparent.split('-')[1]}</code>
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

/** What it did to money and stock, as payment and inventory tell it. */
function Effects({ found: { payment, reservation, order } }: { found: SagaCase }) {
  const { currency } = order.total;
  return (
    <Card aria-labelledby="effects">
      <h2 id="effects">Money and stock</h2>
      <dl className={styles.list}>
        <dt>Payment</dt>
        <dd>{payment === null ? 'none' : payment.status}</dd>
        {payment === null ? null : (
          <>
            <dt>Charged</dt>
            <dd>{moneyText({ minor: payment.capturedMinor, currency })}</dd>
            <dt>Given back</dt>
            <dd>{moneyText({ minor: payment.refundedMinor, currency })}</dd>
            {payment.declineCode === null ? null : (
              <>
                <dt>Declined with</dt>
                <dd>
                  <code>{payment.declineCode}</code>
                </dd>
              </>
            )}
            <dt>Payment id</dt>
            <dd>
              <code>{payment.id}</code>
            </dd>
          </>
        )}
        <dt>Reservation</dt>
        <dd>{reservation === null ? 'none' : reservation.status}</dd>
        {reservation === null ? null : (
          <>
            <dt>Pieces</dt>
            <dd>{reservation.lines.reduce((pieces, { quantity }) => pieces + quantity, 0)}</dd>
            <dt>Reservation id</dt>
            <dd>
              <code>{reservation.id}</code>
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}
