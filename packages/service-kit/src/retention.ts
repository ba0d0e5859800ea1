import { setting, wholeNumber } from './config.ts';

const DAY_MS = 86_400_000;

/**
 * How long a service keeps what is no longer needed; once a day the rest goes. Keys, effects, sagas and their history
 * stay for ever: they are what makes a repeat harmless, and what was promised provable.
 */
export const retentionSettings = {
  /** More than the 7 days that topics are kept: what the broker still holds twice gets its reply to the letter (rule P6). */
  REPLY_RETENTION_DAYS: setting(wholeNumber(8, 3_650).default(30), {
    remedy: 'set it to how many days the text of replies is kept, from 8',
  }),
  DEAD_LETTER_RETENTION_DAYS: setting(wholeNumber(1, 3_650).default(30), {
    remedy: 'set it to how many days dead letters are kept after they were redriven or discarded',
  }),
};

export const retentionOf = (config: {
  readonly REPLY_RETENTION_DAYS: number;
  readonly DEAD_LETTER_RETENTION_DAYS: number;
}) => ({
  repliesMs: config.REPLY_RETENTION_DAYS * DAY_MS,
  deadLettersMs: config.DEAD_LETTER_RETENTION_DAYS * DAY_MS,
});
