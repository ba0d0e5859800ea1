import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ROOT } from './repository.ts';

/** What the checks read of a compose file; that it fits the specification is checked by its own schema. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export class MissingVariableError extends Error {
  readonly code = 'VARIABLE_MISSING';
}

export const composeText = (): Promise<string> => readFile(`${ROOT}/docker-compose.yml`, 'utf8');

/** Aliases and merge keys resolved, variables as they are written. */
export const parseCompose = (text: string): ComposeFile => parse(text, { merge: true });

/** As `docker compose` would run it with these variables. */
export const resolveCompose = (text: string, variables: Readonly<Record<string, string>>): ComposeFile =>
  substituted(parseCompose(text), variables) as ComposeFile;

function substituted(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((entry) => substituted(entry, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, substituted(entry, variables)]),
  );
}

const VARIABLE = /\$(?:\$|\{(\w+)(?:(:[-?])([^}]*))?\})/g;

/** `$$`, `${NAME}`, `${NAME:-default}` and `${NAME:?message}`: the forms that the file uses. */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (_all, name?: string, operator?: string, rest = '') => {
    if (name === undefined) return '$';
    const value = variables[name] ?? '';
    if (value !== '') return value;
    if (operator === ':-') return rest;
    throw new MissingVariableError(`${name} is not set: ${rest}`);
  });
}

export const variablesOf = (text: string): readonly { readonly name: string; readonly form: string }[] =>
  [...text.matchAll(VARIABLE)].flatMap(([, name, operator = '']) =>
    name === undefined ? [] : [{ name, form: operator }],
  );

/** `NAME=value` lines of an environment file. */
export const readEnvironmentFile = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const found = /^(\w+)=(.*)$/.exec(line);
      return found === null ? [] : [[found[1] ?? '', found[2] ?? '']];
    }),
  );
