import { Icon, type IconName } from '../../design/icon.tsx';
import { durationInWords } from '../../design/moment.tsx';
import type { Journey, JourneyStep, StepState } from './journey.ts';
import styles from './journey-view.module.css';

const ICONS: Readonly<Record<StepState, IconName | null>> = {
  ahead: null,
  now: null,
  done: 'check',
  failed: 'cross',
  undoing: 'undo',
  undone: 'undo',
  skipped: 'dash',
};

const WORDS: Readonly<Record<StepState, string>> = {
  ahead: 'still ahead',
  now: 'under way …',
  done: 'done',
  failed: 'refused',
  undoing: 'being undone …',
  undone: 'undone',
  skipped: 'not reached',
};

/** The steps from top to bottom; what is undone stands below what was done, in a colour of its own. */
export const JourneyView = ({ journey }: { journey: Journey }) => (
  <>
    <ol className={styles.steps}>
      {journey.steps.map((step) => (
        <Step key={step.name} step={step} />
      ))}
    </ol>
    <p className="sr-only" role="status">
      {journey.latest}
    </p>
  </>
);

function Step({ step: { title, state, lines } }: { step: JourneyStep }) {
  const icon = ICONS[state];
  return (
    <li className={`${styles.step} ${styles[state]}`} data-state={state}>
      <span className={styles.node}>{icon === null ? null : <Icon name={icon} size={14} />}</span>
      <h3>
        {title}
        <span className="sr-only">: {WORDS[state]}</span>
      </h3>
      {lines.length === 0 || state === 'undoing' ? (
        <p className={styles.word} aria-hidden="true">
          {WORDS[state]}
        </p>
      ) : null}
      {lines.map(({ tone, text, afterMs }) => (
        <p key={`${tone} ${afterMs}`} className={styles[`line-${tone}`]}>
          <span>{text}</span>
          <span className={`${styles.after} figures`}>{durationInWords(afterMs)}</span>
        </p>
      ))}
    </li>
  );
}
