import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';

/** One response of server-sent events, as graphql-sse's distinct connections have them. */
export class EventStream {
  readonly #response: ServerResponse;
  #writes = 0;
  #stuckAt = 0;
  #isWriting = false;
  #isOver = false;

  constructor(response: ServerResponse, { onClosed }: { readonly onClosed: () => void }) {
    this.#response = response;
    response.once('close', () => {
      this.#isOver = true;
      onClosed();
    });
    // What a client that has gone causes is no news.
    response.on('error', () => response.destroy());
    // Some browsers take the headers only with a first byte of the body.
    void this.#write(':\n\n');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves once the bytes have left for the system: a slow reader slows down its own stream, and only that. */
  next(result: ExecutionResult): Promise<void> {
    return this.#write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  /** The operation has ended; the client need not come again. */
  async complete(): Promise<void> {
    // An EventSource fires its listener only for an event that has data, even none.
    await this.#write('event: complete\ndata: \n\n');
    this.end();
  }

  /** Without a `complete`: clients come again. */
  end(): void {
    this.#isOver = true;
    this.#response.end();
  }

  /** Keeps proxies from hanging up, and hangs up where nothing was read since the last time. */
  ping(): void {
    if (!this.#isWriting) void this.#write(':\n\n');
    else if (this.#stuckAt === this.#writes) this.#response.destroy();
    else this.#stuckAt = this.#writes;
  }

  #write(text: string): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#writes += 1;
    this.#isWriting = true;
    return new Promise((resolve) => {
      this.#response.write(text, () => {
        this.#isWriting = false;
        resolve();
      });
    });
  }
}
