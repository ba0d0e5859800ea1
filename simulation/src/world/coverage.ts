/** How often each fault, and each branch of each invariant, was met: what was never met was never checked. */
export class Coverage {
  readonly counts: Map<string, number>;

  constructor(names: readonly string[] = []) {
    this.counts = new Map(names.map((name) => [name, 0]));
  }

  met(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  add(other: Iterable<readonly [string, number]>): void {
    for (const [name, times] of other) this.met(name, times);
  }
}
