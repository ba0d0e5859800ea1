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
    const a = this.#draw();
    const b = this.#draw();
    const first = HEX[a >>> 16] + (HEX[a & 0xffff] as string);
    const last = HEX[b & 0xffff];
    return `${first}-${HEX[b >>> 16]}-4000-8000-${last}${first}`;
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

/** Every 16 bits in hexadecimal: an id is put together of four. */
const HEX = Array.from({ length: 2 ** 16 }, (_, bits) => bits.toString(16).padStart(4, '0'));
