import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, stopProcess } from '@order-saga/local-infra';
import { CliError } from './cli-error.ts';

export interface SupervisedOptions {
  readonly name: string;
  readonly script: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** What it serves; `/ready` of each must answer 200 before the process counts as ready. */
  readonly urls: readonly string[];
  /** Whether clients come in here: it is drained before the others. */
  readonly isEntrance: boolean;
  readonly say: (line: string) => void;
  /** After every start: the process id is another. */
  readonly onStarted: () => void;
}

const READY_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 15_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 15_000;
/** A process that was ready for so long begins again with the shortest backoff. */
const STEADY_MS = 30_000;

/**
 * One service process in a session of its own: Ctrl-C reaches the launcher alone, which drains in its own order.
 * Until the first `start()` has answered a death is the start's failure; afterwards it is repaired.
 */
export class SupervisedProcess {
  readonly #options: SupervisedOptions;
  readonly #given = new AbortController();
  #child: ChildProcess | null = null;
  #supervised = false;
  #expectedExit: ChildProcess | null = null;
  #backoffMs = FIRST_BACKOFF_MS;
  #restarts = 0;

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get script(): string {
    return this.#options.script;
  }

  get url(): string | null {
    return this.#options.urls[0] ?? null;
  }

  get isEntrance(): boolean {
    return this.#options.isEntrance;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  async start(signal?: AbortSignal): Promise<void> {
    const child = await this.#spawn();
    await this.#untilReady(child, signal);
    this.#supervised = true;
    if (hasEnded(child)) this.#repair(child);
  }

  /** Answers when every ready URL says so, whichever process it is by then. */
  async whenReady(timeoutMs = READY_TIMEOUT_MS): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (!(await this.#isReady())) {
      if (performance.now() > until)
        throw new CliError('PROCESS_FAILED', `${this.name} is not ready after ${timeoutMs} ms`);
      await delay(25);
    }
  }

  /** Drains the process, starts it again and waits until it is ready. */
  async restart(): Promise<void> {
    const child = this.#child;
    if (child !== null) await this.#end(child, 'SIGTERM');
    await this.start();
  }

  /** For fault tests: the supervisor then does what it does for any death. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#given.abort();
    this.#supervised = false;
    if (this.#child !== null) await this.#end(this.#child, signal);
  }

  async #spawn(): Promise<ChildProcess> {
    const { script, cwd, env, logFile, onStarted } = this.#options;
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(process.execPath, [script], {
      cwd,
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    this.#child = child;
    child.once('exit', () => {
      if (this.#supervised && this.#child === child) this.#repair(child);
    });
    onStarted();
    return child;
  }

  #repair(dead: ChildProcess): void {
    if (this.#expectedExit === dead || this.#given.signal.aborted) return;
    const { name, say, logFile } = this.#options;
    const waitMs = this.#backoffMs;
    this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS);
    this.#supervised = false;
    say(`${name} ended (${endOf(dead)}) and is started again in ${waitMs / 1000} s; its log: ${logFile}`);
    this.#startAgain(dead, waitMs).catch((error: unknown) => {
      if (!this.#given.signal.aborted) say(`${name} could not be started again: ${(error as Error).message}`);
    });
  }

  async #startAgain(dead: ChildProcess, waitMs: number): Promise<void> {
    await delay(waitMs, undefined, { signal: this.#given.signal });
    // Somebody called `restart()` meanwhile.
    if (this.#child !== dead) return;
    const child = await this.#spawn();
    this.#restarts += 1;
    this.#supervised = true;
    if (hasEnded(child)) return this.#repair(child);
    const startedAt = performance.now();
    while (!hasEnded(child) && !(await this.#isReady())) {
      await delay(50, undefined, { signal: this.#given.signal });
      if (performance.now() - startedAt > READY_TIMEOUT_MS) return;
    }
    if (hasEnded(child)) return;
    this.#options.say(`${this.name} is ready again`);
    await delay(STEADY_MS, undefined, { signal: this.#given.signal, ref: false }).catch(() => undefined);
    if (this.#child === child && !hasEnded(child)) this.#backoffMs = FIRST_BACKOFF_MS;
  }

  async #untilReady(child: ChildProcess, signal?: AbortSignal): Promise<void> {
    const until = performance.now() + READY_TIMEOUT_MS;
    while (!(await this.#isReady())) {
      if (signal?.aborted) throw new CliError('INTERRUPTED', 'the start was interrupted');
      if (hasEnded(child)) {
        throw new CliError(
          'PROCESS_FAILED',
          `${this.name} ended while starting (${endOf(child)}):\n${await this.#lastLines()}`,
        );
      }
      if (performance.now() > until) {
        throw new CliError(
          'PROCESS_FAILED',
          `${this.name} was not ready after ${READY_TIMEOUT_MS / 1000} s:\n${await this.#lastLines()}`,
        );
      }
      await delay(25);
    }
  }

  async #isReady(): Promise<boolean> {
    const answers = await Promise.all(this.#options.urls.map((url) => answersOk(`${url}/ready`)));
    return answers.every(Boolean);
  }

  async #end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    this.#expectedExit = child;
    if (child.pid !== undefined && !hasEnded(child) && (await isAlive(child.pid))) {
      await stopProcess(child.pid, signal, DRAIN_TIMEOUT_MS);
    }
  }

  async #lastLines(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return `${text.trimEnd().split('\n').slice(-8).join('\n')}\n(the whole log: ${this.logFile})`;
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const endOf = (child: ChildProcess): string => child.signalCode ?? `exit code ${child.exitCode}`;

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
