/** `sent`: the work was begun, and has not been answered. `answered`: it was, and nothing has been made of it. */
export const MOMENTS = ['sent', 'answered'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Fault {
  /** The name of the other point: what is awaited there is not done, and fails. */
  readonly at: string;
  readonly times: number;
  /** As PostgreSQL says it, or (`type`) Kafka. */
  readonly code?: string;
  readonly type?: string;
}

/** What a process is told to die of. */
export interface DeathOrder {
  readonly point: string;
  readonly moment: Moment;
  /** At which passing, from 1. */
  readonly passing: number;
  readonly faults: readonly Fault[];
}

/** The process takes the order when it starts and at this signal. */
export const TOLD: NodeJS.Signals = 'SIGUSR2';
export const orderFile = (folder: string, service: string): string => `${folder}/${service}.order`;
/** What the order becomes when it is taken, and right before the process dies. */
export const takenFile = (folder: string, service: string): string => `${folder}/${service}.taken`;
export const deathFile = (folder: string, service: string): string => `${folder}/${service}.died`;
/** JSON: absolute path to the text to load instead. */
export const textsFile = (folder: string): string => `${folder}/instrumented.json`;
