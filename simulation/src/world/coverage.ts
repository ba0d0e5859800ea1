/** How often each fault, and each branch of each invariant, was met: what was never met was never checked. */
export class Coverage {
  readonly #counts = new Map<string, { times: number }>();

  met(name: string, times = 1): void {
    const count = this.#counts.get(name);
    if (count === undefined) this.#counts.set(name, { times });
    else count.times += times;
  }

  add(other: Iterable<readonly [string, number]>): void {
    for (const [name, times] of other) this.met(name, times);
  }

  entries(): [name: string, times: number][] {
    return Array.from(this.#counts, ([name, { times }]) => [name, times]);
  }
}
