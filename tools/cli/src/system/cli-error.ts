export type CliErrorCode =
  | 'USAGE'
  | 'ALREADY_RUNNING'
  | 'NOT_RUNNING'
  | 'PORT_TAKEN'
  | 'DATABASE_UNREACHABLE'
  | 'KAFKA_UNREACHABLE'
  | 'KAFKA_IMPOSSIBLE'
  | 'SETUP_FAILED'
  | 'PROCESS_FAILED'
  | 'DEMO_FAILED'
  | 'INTERRUPTED';

/** A message for the terminal: what was found, what was expected, and the command or variable that helps. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}
