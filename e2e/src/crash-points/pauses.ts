import { parse } from '@babel/parser';
import type { SourceFile } from './path.ts';

/** A place where the code waits, and may never go on. */
export interface Pause {
  readonly file: string;
  readonly line: number;
  /** In one line: the awaited expression; of a promise that is followed up, the call of `then`. */
  readonly awaits: string;
  readonly kind: 'await' | 'then';
  /** Offsets of the whole expression, and of the promise in it. */
  readonly start: number;
  readonly operandStart: number;
  readonly operandEnd: number;
}

/**
 * The awaits of a file, `then` included. One that waits for a function of the same file which has awaits itself is left out: its instants
 * are those inside.
 */
export function pausesIn({ path, text }: SourceFile): readonly Pause[] {
  const pauses: { readonly pause: Pause; readonly operand: Node }[] = [];
  const pausing = new Set<string>();
  const awaited = new Set<Node>();
  const visit = (node: Node, within: readonly string[]): void => {
    const inside = [...within, ...nameOfFunction(node)];
    const found = awaitIn(node) ?? thenIn(node);
    if (found?.kind === 'await') awaited.add(found.operand);
    if (found !== null && !(found.kind === 'then' && awaited.has(node))) {
      for (const name of inside) pausing.add(name);
      pauses.push({ pause: pauseAt(path, text, node, found), operand: found.operand });
    }
    for (const child of childrenOf(node)) visit(child, inside);
  };
  visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node, []);
  pausing.delete(NO_NAME);
  return pauses.filter(({ operand }) => !pausing.has(calledHere(operand))).map(({ pause }) => pause);
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [property: string]: unknown;
}

const NO_NAME = '';

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'loc' in value;

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);

interface Found {
  readonly kind: Pause['kind'];
  readonly operand: Node;
}

/** `for await` and `await using` have no operand of their own: they are reported whole, and can have no name. */
function awaitIn(node: Node): Found | null {
  if (node.type === 'AwaitExpression') return { kind: 'await', operand: node.argument as Node };
  const isHidden =
    (node.type === 'ForOfStatement' && node.await === true) ||
    (node.type === 'VariableDeclaration' && node.kind === 'await using');
  return isHidden ? { kind: 'await', operand: node } : null;
}

function thenIn({ type, callee }: Node): Found | null {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return null;
  return nameOf(callee.property) === 'then' ? { kind: 'then', operand: callee.object as Node } : null;
}

function pauseAt(file: string, text: string, node: Node, { kind, operand }: Found): Pause {
  const { start, end } = kind === 'then' ? node : operand;
  return {
    file,
    line: node.loc.start.line,
    awaits: text.slice(start, end).replaceAll(/\s+/g, ' '),
    kind,
    start: node.start,
    operandStart: operand.start,
    operandEnd: operand.end,
  };
}

const FUNCTIONS = /^(Function|Arrow)|Method$/;

function nameOfFunction(node: Node): string[] {
  const { type, id, key, value, init } = node;
  if (FUNCTIONS.test(type)) return [nameOf(key ?? id)];
  if (type === 'VariableDeclarator' && isNode(init) && FUNCTIONS.test(init.type)) return [nameOf(id)];
  if (/^Class.*Property$/.test(type) && isNode(value) && FUNCTIONS.test(value.type)) return [nameOf(key)];
  return [];
}

/** The name of the function that is called, when it is one of this file: `name(…)`, `this.name(…)`, `this.#name(…)`. */
function calledHere(operand: Node): string {
  const callee = operand.type === 'CallExpression' ? operand.callee : null;
  if (!isNode(callee)) return NO_NAME;
  if (callee.type === 'Identifier') return nameOf(callee);
  const isOwn =
    callee.type === 'MemberExpression' && isNode(callee.object) && callee.object.type === 'ThisExpression';
  return isOwn ? nameOf(callee.property) : NO_NAME;
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return NO_NAME;
  if (node.type === 'PrivateName') return `#${nameOf(node.id)}`;
  return typeof node.name === 'string' ? node.name : NO_NAME;
}
