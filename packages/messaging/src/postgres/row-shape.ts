/** How the text of a row becomes an object. */
export interface FieldShape {
  readonly name: string;
  readonly dataTypeID: number;
}

export interface RowShape {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
}

export const shapeOf = (
  fields: readonly FieldShape[],
  parserOf: (field: FieldShape) => (text: string) => unknown,
): RowShape => ({ names: fields.map(({ name }) => name), parsers: fields.map(parserOf) });

export function readRow(
  { names, parsers }: RowShape,
  fields: readonly (string | null)[],
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index++) {
    const text = fields[index];
    row[names[index] as string] =
      text === null || text === undefined ? null : (parsers[index] as (text: string) => unknown)(text);
  }
  return row;
}
