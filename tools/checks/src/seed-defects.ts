import { type Proof, proofsIn } from './proofs.ts';
import type { TextFile } from './repository.ts';

/** What is wrong with the table of the seed's defects, in words: each has a test that bears its number, or a reason. */
export function flawsOfDefectTable(table: TextFile, count: number): readonly string[] {
  const rows = [...table.text.matchAll(/^\| (\d+) \| (.+?) \| *(.*?) *\|$/gm)].map(
    ([, number, , cell = '']) => ({
      number: Number(number),
      cell,
    }),
  );
  const expected = Array.from({ length: count }, (_, index) => index + 1);
  const found = rows.map(({ number }) => number);
  return [
    ...expected.filter((number) => !found.includes(number)).map((number) => `defect ${number} is missing`),
    ...found
      .filter((number, at) => found.indexOf(number) !== at)
      .map((number) => `defect ${number} is there twice`),
    ...rows.flatMap(({ number, cell }) => {
      if (/^Does not apply: \S/.test(cell)) return [];
      const proofs = proofsIn({ path: table.path, text: cell });
      if (proofs.length === 0) return [`defect ${number} has neither a test nor a reason`];
      return proofs
        .filter((proof) => !numbersIn(proof).includes(number))
        .map((proof) => `defect ${number} is not in the name "${proof.name}"`);
    }),
  ];
}

/** `seed defect 15`, `seed defects 15 and 18`, `seed defects 19 to 22`. */
function numbersIn({ name }: Proof): readonly number[] {
  const [, first, joined, last] = /^seed defects? (\d+)(?: (and|to) (\d+))?: /.exec(name) ?? [];
  if (first === undefined) return [];
  const from = Number(first);
  if (joined === undefined) return [from];
  if (joined === 'and') return [from, Number(last)];
  return Array.from({ length: Number(last) - from + 1 }, (_, index) => from + index);
}
