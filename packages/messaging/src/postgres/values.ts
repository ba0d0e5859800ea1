/** Values as PostgreSQL's text. A turn sends whole columns, so an element is escaped only where its text needs it. */
export type Value = string | number | boolean | null | undefined | readonly Value[];

export function encodeValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return encodeArray(value);
  return scalar(value);
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      throw new TypeError(`a statement cannot take ${Object.prototype.toString.call(value)} as a value`);
  }
}

function encodeArray(items: readonly unknown[]): string {
  let text = '{';
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += ',';
    text += encodeElement(items[index]);
  }
  return `${text}}`;
}

function encodeElement(item: unknown): string {
  if (item === null || item === undefined) return 'NULL';
  if (Array.isArray(item)) return encodeArray(item);
  if (typeof item !== 'string') return scalar(item);
  const unslashed = item.includes('\\') ? item.replaceAll('\\', '\\\\') : item;
  return `"${unslashed.includes('"') ? unslashed.replaceAll('"', '\\"') : unslashed}"`;
}
