import type { Runtime } from '@order-saga/messaging';

/**
 * Group commit for independent calls: everything that arrived while the write before was running goes into the next
 * one. A write that fails fails each of its calls; the caller makes them again.
 */
export class GroupWriter<Call, Answer> {
  readonly #runtime: Runtime;
  readonly #write: (calls: readonly Call[]) => Promise<readonly Answer[]>;
  #waiting: Waiting<Call, Answer>[] = [];
  #isWriting = false;

  constructor(runtime: Runtime, write: (calls: readonly Call[]) => Promise<readonly Answer[]>) {
    this.#runtime = runtime;
    this.#write = write;
  }

  submit(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      if (this.#isWriting) return;
      this.#isWriting = true;
      this.#runtime.soon(() => void this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MAX_GROUP);
      try {
        const answers = await this.#write(group.map(({ call }) => call));
        for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isWriting = false;
  }
}

const MAX_GROUP = 500;

interface Waiting<Call, Answer> {
  readonly call: Call;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}
