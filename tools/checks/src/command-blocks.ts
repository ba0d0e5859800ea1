/**
 * A fenced block of a document says in its info string how it is proved:
 *
 *     sh start     started first, by that very command; it must become ready, and end with 0 at Ctrl-C
 *     sh run       run while the system runs, in order; exit code 0
 *     sh stopped   run when the system has stopped; exit code 0
 *     sh docker    not run: needs a container engine
 *     sh clone     not run: fetches or installs the repository
 *     graphql      valid against the schema; a mutation or query without variables is also sent to the gateway
 */
export const SHELL_KINDS = ['start', 'run', 'stopped', 'docker', 'clone'] as const;
export type ShellKind = (typeof SHELL_KINDS)[number];

export interface Block {
  /** The info string: `sh run`, `graphql`, `mermaid`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

export function blocksIn(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, info = '', text = ''], index, all) => ({
      info: info.trim(),
      text,
      line: markdown.slice(0, all[index]?.index).split('\n').length,
    }),
  );
}

export const shellBlocks = (blocks: readonly Block[], kind: ShellKind): readonly Block[] =>
  blocks.filter(({ info }) => info === `sh ${kind}`);

/** Blocks of commands that do not say how they are proved. */
export const untaggedShell = (blocks: readonly Block[]): readonly Block[] =>
  blocks.filter(
    ({ info }) =>
      /^(sh|bash|shell|console|zsh)\b/.test(info) && !SHELL_KINDS.some((kind) => info === `sh ${kind}`),
  );

/** `npm run NAME` wherever it stands, and `npm start` and `npm test`. */
export const npmScriptsIn = (markdown: string): readonly string[] => [
  ...new Set(
    [...markdown.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run ?? short ?? '',
    ),
  ),
];
