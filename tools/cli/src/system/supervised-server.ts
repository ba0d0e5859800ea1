import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '@order-saga/local-infra';

interface Server {
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 500;
const BACKOFF_MS = [250, 1_000, 5_000];

/**
 * PostgreSQL or Kafka under supervision. Either may have been taken over from an earlier launcher, so it need not be
 * our child: its death is seen by looking.
 */
export class SupervisedServer<T extends Server> {
  readonly name: string;
  readonly #start: (port: number | undefined) => Promise<T & { readonly port: number }>;
  readonly #say: (line: string) => void;
  readonly #onStarted: () => void;
  readonly #given = new AbortController();
  #server: (T & { readonly port: number }) | null = null;
  #watch: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly name: string;
    readonly start: (port: number | undefined) => Promise<T & { readonly port: number }>;
    readonly say: (line: string) => void;
    readonly onStarted: () => void;
  }) {
    this.name = options.name;
    this.#start = options.start;
    this.#say = options.say;
    this.#onStarted = options.onStarted;
  }

  get server(): (T & { readonly port: number }) | null {
    return this.#server;
  }

  async start(port: number | undefined): Promise<T & { readonly port: number }> {
    const server = await this.#start(port);
    this.#server = server;
    this.#onStarted();
    this.#watch = this.#keepAlive(server).catch((error: unknown) => {
      if (!this.#given.signal.aborted)
        this.#say(`${this.name} is no longer watched: ${(error as Error).message}`);
    });
    return server;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#server !== null) process.kill(this.#server.pid, signal);
  }

  async stop(): Promise<void> {
    this.#given.abort();
    await this.#watch;
    await this.#server?.stop();
  }

  async #keepAlive(first: T & { readonly port: number }): Promise<void> {
    let server = first;
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal: this.#given.signal });
      if (await isAlive(server.pid)) continue;
      this.#say(`${this.name} ended and is started again; its log: ${server.logFile}`);
      server = await this.#startAgain(server.port);
      this.#say(`${this.name} is ready again`);
    }
  }

  async #startAgain(port: number): Promise<T & { readonly port: number }> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#server = await this.#start(port);
        this.#onStarted();
        return this.#server;
      } catch (error) {
        this.#say(`${this.name} could not be started again: ${(error as Error).message}`);
        const waitMs = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)];
        await delay(waitMs, undefined, { signal: this.#given.signal });
      }
    }
  }
}
