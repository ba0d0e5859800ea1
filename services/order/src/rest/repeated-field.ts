import { RequestError } from '@order-saga/contracts';
import type { FastifyInstance } from 'fastify';

const JSON_TYPES = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i;

/** Refuses bodies of this scope that name one of the fields twice (422). */
export function refuseRepeats(scope: FastifyInstance, fields: readonly string[]): void {
  const parseJson = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<string>(JSON_TYPES, { parseAs: 'string' }, (request, text, done) => {
    parseJson(request, text, (error, body) => {
      const field = error ? undefined : repeatedField(text, fields);
      if (field === undefined) done(error, body);
      else done(new RequestError('INVALID_INPUT', `${field}: is named twice`, { field }));
    });
  });
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[[\]{}]/gs;

/**
 * Which of these fields a JSON object names twice. `JSON.parse` would take the last one in silence; the seed refuses
 * such a body, and an amount that is there twice is no amount. The text must be valid JSON.
 */
export function repeatedField(json: string, fields: readonly string[]): string | undefined {
  if (!fields.some((field) => json.indexOf(`"${field}"`) !== json.lastIndexOf(`"${field}"`)))
    return undefined;
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (colon !== undefined && depth === 1) {
      const name = token.slice(1, token.lastIndexOf('"'));
      if (seen.has(name) && fields.includes(name)) return name;
      seen.add(name);
    }
  }
  return undefined;
}
