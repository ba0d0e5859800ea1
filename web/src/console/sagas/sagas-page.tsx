import type { SagaView } from '@order-saga/contracts';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Ago, withLocalTimes } from '../../design/moment.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { HealthStrip } from '../health/health-strip.tsx';
import {
  filtersOf,
  isUuid,
  paramsOf,
  SAGA_GROUPS,
  type SagaFilters,
  type SagaGroup,
  statusesOf,
  toggled,
} from './saga-filters.ts';
import { AttentionMark, SagaStatusBadge } from './saga-status.tsx';
import styles from './sagas-page.module.css';
import { type SagaRows, useSagaRows } from './use-saga-rows.ts';

/** All sagas, those that need attention first. */
export function SagasPage() {
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const show = (next: SagaFilters) => setParams(paramsOf(next), { replace: true });
  const asked = { status: statusesOf(filters), customerId: filters.customerId ?? undefined };
  const attention = useSagaRows({ ...asked, needsAttention: true });
  return (
    <>
      <HealthStrip />
      <div className={styles.head}>
        <h1>Sagas</h1>
        <Find />
      </div>
      <Filters filters={filters} onChange={show} />
      {attention.rows === undefined ||
      attention.rows.length > 0 ||
      attention.newer > 0 ||
      filters.attentionOnly ? (
        <Section title="Need attention" found={attention} emptyText="Nothing needs attention" />
      ) : null}
      {filters.attentionOnly ? null : <Others asked={asked} />}
    </>
  );
}

function Others({ asked }: { asked: Parameters<typeof useSagaRows>[0] }) {
  const found = useSagaRows({ ...asked, needsAttention: false });
  return <Section title="All others" found={found} emptyText="No sagas here" />;
}

function Find() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const id = text.trim();
  const find = (event: FormEvent) => {
    event.preventDefault();
    if (isUuid(id)) void navigate(`/sagas/${id.toLowerCase()}`);
  };
  return (
    <search className={styles.search}>
      <form className={styles.find} onSubmit={find}>
        <label htmlFor="find" className="sr-only">
          Id of a saga, an order or a customer
        </label>
        <input
          id="find"
          placeholder="Id of a saga, an order or a customer"
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={!isUuid(id)}>
          Find
        </Button>
      </form>
    </search>
  );
}

function Filters({ filters, onChange }: { filters: SagaFilters; onChange: (filters: SagaFilters) => void }) {
  return (
    <fieldset className={styles.filters}>
      <legend className="sr-only">Which sagas</legend>
      {(Object.keys(SAGA_GROUPS) as SagaGroup[]).map((group) => (
        <label key={group}>
          <input
            type="checkbox"
            checked={filters.groups.includes(group)}
            onChange={() => onChange(toggled(filters, group))}
          />
          {SAGA_GROUPS[group].name}
        </label>
      ))}
      <label>
        <input
          type="checkbox"
          checked={filters.attentionOnly}
          onChange={() => onChange({ ...filters, attentionOnly: !filters.attentionOnly })}
        />
        Only what needs attention
      </label>
      {filters.customerId === null ? null : (
        <Button look="quiet" onClick={() => onChange({ ...filters, customerId: null })}>
          <Icon name="cross" size={12} />
          of customer <code>{filters.customerId}</code>
        </Button>
      )}
    </fieldset>
  );
}

function Section({ title, found, emptyText }: { title: string; found: SagaRows; emptyText: string }) {
  const { rows, newer, error, hasMore, isLoadingMore, more, renew } = found;
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        <span role="status">
          {newer > 0 && rows !== undefined ? (
            <Button look="quiet" onClick={renew}>
              <Icon name="refresh" />
              {newer >= 25 ? '25 or more' : newer} new: show {newer === 1 ? 'it' : 'them'}
            </Button>
          ) : null}
        </span>
      </div>
      {error !== null && rows === undefined ? (
        <Problem title="The sagas cannot be shown just now.">
          <p>{error.message} They are asked for again by themselves.</p>
        </Problem>
      ) : rows === undefined ? (
        <Skeleton lines={4} label={`Loading: ${title}`} />
      ) : rows.length === 0 ? (
        <Card isPadded={false}>
          <Empty icon="inbox" title={emptyText} />
        </Card>
      ) : (
        <Card isPadded={false} className={styles.scroll ?? ''}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" className={styles.status}>
                  Status
                </th>
                <th scope="col" className={styles.order}>
                  Order
                </th>
                <th scope="col" className={styles.step}>
                  Step
                </th>
                <th scope="col">Why</th>
                <th scope="col" className={styles.time}>
                  Began
                </th>
                <th scope="col" className={styles.time}>
                  Changed
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((saga) => (
                <Row key={saga.id} saga={saga} />
              ))}
            </tbody>
          </table>
        </Card>
      )}
      {hasMore ? (
        <Button isBusy={isLoadingMore} onClick={more}>
          Older ones
        </Button>
      ) : null}
    </section>
  );
}

function Row({ saga }: { saga: SagaView }) {
  const attempts = saga.steps.find(({ name }) => name === saga.currentStep)?.attempts ?? 0;
  return (
    <tr>
      <td>
        <SagaStatusBadge status={saga.status} /> <AttentionMark attention={saga.attention} />
      </td>
      <td>
        <Link to={`/sagas/${saga.id}`}>
          <code>{saga.orderId}</code>
        </Link>
      </td>
      <td>
        {saga.currentStep ?? '–'}
        {attempts > 1 ? <span className={styles.attempts}> sent {attempts} times</span> : null}
      </td>
      <td className={styles.why}>
        {saga.attention !== null ? (
          <span className={styles.reason}>{withLocalTimes(saga.attention.reason)}</span>
        ) : (
          (saga.failure?.message ?? '–')
        )}
      </td>
      <td>
        <Ago at={saga.createdAt} />
      </td>
      <td>
        <Ago at={saga.updatedAt} />
      </td>
    </tr>
  );
}
