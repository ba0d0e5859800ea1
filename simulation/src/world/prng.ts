/** sfc32: small, fast, and the same on every machine. One seed is one run. */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `stream` keeps draws of different kinds apart: more of one does not change the others. */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = stream | 0;
    for (let round = 0; round < 12; round += 1) this.#draw();
  }

  /** In [0, 1). */
  next(): number {
    return this.#draw() / 2 ** 32;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  uuid(): string {
    const a = this.#draw().toString(16).padStart(8, '0');
    const b = this.#draw().toString(16).padStart(8, '0');
    return `${a}-${b.slice(0, 4)}-4000-8000-${b.slice(4)}${a}`;
  }

  #draw(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}
