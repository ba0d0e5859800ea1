/**
 * Decodes a value with a schema; the cause of a failure is stable, its detail names the field. Characters that
 * PostgreSQL does not store as they are, U+0000 and halves of surrogate pairs, are refused here (rule O6): the first
 * fails the whole turn, and two keys that differ in the second would become one.
 */
export function decodeJson<Output>(
  value: Buffer | null,
  schema: {
    safeParse(
      input: unknown,
    ):
      | { success: true; data: Output }
      | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
  },
):
  | { readonly ok: true; readonly data: Output }
  | { readonly ok: false; readonly cause: string; readonly detail: string } {
  if (value === null) return { ok: false, cause: 'EMPTY', detail: 'the message has no value' };
  let json: unknown;
  let mayHoldOddText: boolean;
  try {
    const text = strictUtf8.decode(value);
    mayHoldOddText = ODD_ESCAPE.test(text);
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, cause: 'NOT_JSON', detail: error instanceof Error ? error.message : String(error) };
  }
  if (mayHoldOddText && !isStorable(json))
    return { ok: false, cause: 'UNKNOWN_SHAPE', detail: 'a text holds U+0000 or half of a surrogate pair' };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, data: parsed.data };
  const detail = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return { ok: false, cause: 'UNKNOWN_SHAPE', detail };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const ODD_ESCAPE = /\\u(0000|d[89a-f])/i;

function isStorable(json: unknown): boolean {
  if (typeof json === 'string') return json.isWellFormed() && !json.includes('\u0000');
  if (json === null || typeof json !== 'object') return true;
  return Object.entries(json).every(([name, value]) => isStorable(name) && isStorable(value));
}
