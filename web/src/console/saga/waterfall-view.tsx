import type { SagaCase, SagaCommandView } from '@order-saga/contracts';
import { Badge, type Tone } from '../../design/badge.tsx';
import { durationInWords, useNow } from '../../design/moment.tsx';
import { CommandDetails } from './command-details.tsx';
import {
  PARTS,
  type Part,
  type Segment,
  sumsOf,
  type Waterfall,
  type WaterfallRow,
  waterfallOf,
} from './waterfall.ts';
import styles from './waterfall-view.module.css';

const OUTCOMES: Readonly<Record<SagaCommandView['outcome'], { tone: Tone; word: string }>> = {
  waiting: { tone: 'plain', word: 'in line' },
  outstanding: { tone: 'running', word: 'outstanding' },
  succeeded: { tone: 'done', word: 'done' },
  rejected: { tone: 'failed', word: 'refused' },
  'gave-up': { tone: 'failed', word: 'given up' },
};

/** Each command as a bar from when it was recorded to when its answer was, cut into where it was meanwhile. */
export function WaterfallView({ found }: { found: SagaCase }) {
  const present = useNow(found.saga.currentStep === null ? 60_000 : 1_000);
  const waterfall = waterfallOf(found, present);
  const parts = [...new Set(waterfall.rows.flatMap(({ segments }) => segments.map(({ part }) => part)))];
  return (
    <>
      <ul className={styles.legend} aria-label="Where the time went">
        {parts.map((part) => (
          <li key={part}>
            <span className={`${styles.swatch} ${styles[part]}`} />
            {PARTS[part]}
          </li>
        ))}
      </ul>
      <ol className={styles.rows}>
        {waterfall.rows.map((row) => (
          <Row
            key={`${row.command.id} ${row.command.direction}`}
            row={row}
            waterfall={waterfall}
            found={found}
          />
        ))}
      </ol>
      <p className={`${styles.scale} figures`} aria-hidden="true">
        <span>0</span>
        <span>{durationInWords((waterfall.toMs - waterfall.fromMs) / 2)}</span>
        <span>{durationInWords(waterfall.toMs - waterfall.fromMs)}</span>
      </p>
    </>
  );
}

function Row({ row, waterfall, found }: { row: WaterfallRow; waterfall: Waterfall; found: SagaCase }) {
  const { command, fromMs, toMs, segments } = row;
  const { tone, word } =
    command.direction === 'backward' && command.outcome === 'succeeded'
      ? ({ tone: 'undone', word: 'undone' } as const)
      : OUTCOMES[command.outcome];
  return (
    <li>
      <details className={styles.row}>
        <summary>
          <span className={styles.name}>
            {command.type}
            <span className={styles.participant}>{command.participant}</span>
          </span>
          <Badge tone={tone}>{word}</Badge>
          <span className={styles.track}>
            {segments.map((segment) => (
              <Bar key={`${segment.part} ${segment.fromMs}`} segment={segment} waterfall={waterfall} />
            ))}
            {segments.length === 0 ? <Dot at={fromMs} waterfall={waterfall} /> : null}
          </span>
          <span className={`${styles.duration} figures`}>
            {durationInWords(toMs - fromMs)}
            <span className="sr-only">{`: ${inWords(segments)}`}</span>
          </span>
        </summary>
        <CommandDetails
          command={command}
          segments={segments}
          memory={found.memories[command.idempotencyKey]}
        />
      </details>
    </li>
  );
}

function Bar({ segment: { part, fromMs, toMs }, waterfall }: { segment: Segment; waterfall: Waterfall }) {
  const whole = waterfall.toMs - waterfall.fromMs;
  return (
    <span
      className={`${styles.bar} ${styles[part]}`}
      title={`${PARTS[part]}: ${durationInWords(toMs - fromMs)}`}
      style={{
        left: `${(100 * (fromMs - waterfall.fromMs)) / whole}%`,
        width: `max(2px, ${(100 * (toMs - fromMs)) / whole}%)`,
      }}
    />
  );
}

/** What took no time that a clock of milliseconds could tell. */
const Dot = ({ at, waterfall: { fromMs, toMs } }: { at: number; waterfall: Waterfall }) => (
  <span
    className={`${styles.bar} ${styles.turn}`}
    style={{ left: `min(${(100 * (at - fromMs)) / (toMs - fromMs)}%, 100% - 2px)`, width: '2px' }}
  />
);

const inWords = (segments: readonly Segment[]): string =>
  sumsOf(segments)
    .map(({ part, ms }: { part: Part; ms: number }) => `${durationInWords(ms)} ${PARTS[part]}`)
    .join(', ');
