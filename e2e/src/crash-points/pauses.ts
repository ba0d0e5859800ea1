import { parse } from '@babel/parser';
import type { SourceFile } from './path.ts';

/** A place where the code waits, and may never go on. */
export interface Pause {
  readonly file: string;
  readonly line: number;
  /** The awaited expression, in one line. */
  readonly awaits: string;
  /** Offsets of the whole expression, and of what is awaited. */
  readonly start: number;
  readonly operandStart: number;
  readonly end: number;
}

/**
 * The awaits of a file. One that waits for a function of the same file which has awaits itself is left out: its instants
 * are those inside.
 */
export function pausesIn({ path, text }: SourceFile): readonly Pause[] {
  const pauses: { readonly pause: Pause; readonly operand: Node }[] = [];
  const pausing = new Set<string>();
  const visit = (node: Node, within: readonly string[]): void => {
    const inside = [...within, ...nameOfFunction(node)];
    const operand = operandOf(node);
    if (operand !== null) {
      for (const name of inside) pausing.add(name);
      pauses.push({ pause: pauseAt(path, text, node, operand), operand });
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

/** `for await` and `await using` have no operand of their own: they are reported whole, and can have no name. */
function operandOf(node: Node): Node | null {
  if (node.type === 'AwaitExpression') return node.argument as Node;
  const isHidden =
    (node.type === 'ForOfStatement' && node.await === true) ||
    (node.type === 'VariableDeclaration' && node.kind === 'await using');
  return isHidden ? node : null;
}

function pauseAt(file: string, text: string, node: Node, operand: Node): Pause {
  const awaits = text.slice(operand.start, operand.end).replaceAll(/\s+/g, ' ');
  return {
    file,
    line: node.loc.start.line,
    awaits,
    start: node.start,
    operandStart: operand.start,
    end: node.end,
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
