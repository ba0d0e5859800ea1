import { type PointerEvent, useId, useState } from 'react';
import { Card } from '../../design/card.tsx';
import styles from './chart.module.css';
import { nearest, niceMax, type Point, pathOf } from './scale.ts';

export interface Series {
  readonly name: string;
  /** One of the five colours, or of what something means; lines of one colour differ in their dashes. */
  readonly look:
    | 'series-1'
    | 'series-2'
    | 'series-3'
    | 'series-4'
    | 'series-5'
    | 'done'
    | 'undone'
    | 'failed';
  readonly points: readonly Point[];
}

const BOX = { width: 600, height: 160 };
const LINES = 2;

/** Lines over time. What it shows stands in figures below it, for whoever cannot see the lines. */
export function Chart({
  title,
  about,
  series,
  unit,
  from,
  to,
}: {
  readonly title: string;
  readonly about: string;
  readonly series: readonly Series[];
  readonly unit: (value: number) => string;
  readonly from: number;
  readonly to: number;
}) {
  const id = useId();
  const [pointed, setPointed] = useState<number | null>(null);
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))];
  const max = niceMax(Math.max(...series.flatMap(({ points }) => points.map(({ value }) => value ?? 0)), 0));
  const shown = pointed ?? times.at(-1);
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed(nearest(times, from, to, (event.clientX - left) / width) ?? null);
  };
  return (
    <Card className={styles.card ?? ''} aria-labelledby={`${id} title`}>
      <div className={styles.head}>
        <h2 id={`${id} title`}>{title}</h2>
        <p>{about}</p>
      </div>
      <div className={styles.plot}>
        <svg
          viewBox={`0 0 ${BOX.width} ${BOX.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          {Array.from({ length: LINES + 1 }, (_, line) => {
            const y = (BOX.height * line) / LINES;
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines stand where they stand
            return <path key={line} className={styles.grid} d={`M0 ${y}H${BOX.width}`} />;
          })}
          {pointed === null ? null : (
            <path
              className={styles.cursor}
              d={`M${((pointed - from) / (to - from)) * BOX.width} 0V${BOX.height}`}
            />
          )}
          {series.map(({ name, look, points }) => (
            <path
              key={name}
              className={`${styles.line} ${styles[look]}`}
              d={pathOf(points, from, to, max, BOX)}
            />
          ))}
        </svg>
        <span className={`${styles.top} figures`}>{unit(max)}</span>
        <span className={`${styles.middle} figures`}>{unit(max / 2)}</span>
        <span className={`${styles.bottom} figures`}>{unit(0)}</span>
      </div>
      <p className={`${styles.times} figures`}>
        <time>{clock(from)}</time>
        <time>{pointed === null ? '' : clock(pointed)}</time>
        <time>{clock(to)}</time>
      </p>
      <dl className={`${styles.legend} figures`}>
        {series.map(({ name, look, points }) => {
          const value = points.find(({ at }) => at === shown)?.value;
          return (
            <div key={name}>
              <dt>
                <span className={`${styles.key} ${styles[look]}`} />
                {name}
              </dt>
              <dd>{value === undefined || value === null ? '–' : unit(value)}</dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB');
