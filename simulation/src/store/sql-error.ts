/** What PostgreSQL, or the network before it, answers instead of rows. */
export class SqlError extends Error {
  /** SQLSTATE, or the system's code of a broken connection. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const connectionLost = (): SqlError => new SqlError('ECONNRESET', 'the connection was lost');
