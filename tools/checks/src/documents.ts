import { dirname, posix } from 'node:path';
import type { TextFile } from './repository.ts';

/** What the tracked tree looks like to a link: files and the folders they lie in. */
export interface Tree {
  readonly paths: readonly string[];
  /** The headings of a Markdown file, as the anchors that they can be reached by. */
  anchorsOf(path: string): readonly string[];
}

const LINK = /\[(?:[^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const CODE_SPAN = /`([^`\n]+)`/g;
const PATH_LIKE = /^[\w.@-]+(?:\/[\w.@*-]+)+\/?$/;
const DOC_MENTION = /\bdocs\/[\w./-]*\w/g;

/** Links, and paths in code spans, that lead nowhere; as `path:line what`. */
export function brokenReferences(documents: readonly TextFile[], tree: Tree): readonly string[] {
  const exists = existsIn(tree.paths);
  const topLevel = new Set(tree.paths.map((path) => path.split('/')[0]));
  return documents.flatMap(({ path, text }) =>
    proseLines(text).flatMap(({ line, number }) => [
      ...[...line.matchAll(LINK)].flatMap(([, target = '']) =>
        linkFault(path, target, tree, exists).map((fault) => `${path}:${number} ${fault}`),
      ),
      ...[...line.matchAll(CODE_SPAN)].flatMap(([, code = '']) =>
        PATH_LIKE.test(code) && topLevel.has(code.split('/')[0]) && !exists(code)
          ? [`${path}:${number} there is no \`${code}\``]
          : [],
      ),
    ]),
  );
}

/** Documents that a comment or a configuration file names, and that are not there. */
export function brokenMentions(files: readonly TextFile[], tree: Tree): readonly string[] {
  const exists = existsIn(tree.paths);
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(DOC_MENTION)].flatMap(([mention]) =>
          exists(mention) || tree.paths.some((known) => known.startsWith(`${mention}-`))
            ? []
            : [`${path}:${index + 1} there is no ${mention}`],
        ),
      ),
  );
}

/** The anchor that a heading gets: as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

export const headingsOf = (text: string): readonly string[] =>
  proseLines(text).flatMap(({ line }) => /^#{1,6}\s+(.*)$/.exec(line)?.[1] ?? []);

/** Lines outside fenced blocks. */
function proseLines(text: string): { line: string; number: number }[] {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      return [];
    }
    return fenced ? [] : [{ line, number: index + 1 }];
  });
}

function linkFault(from: string, target: string, tree: Tree, exists: (path: string) => boolean): string[] {
  if (/^[a-z]+:/i.test(target)) return [];
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : posix.normalize(posix.join(dirname(from), decodeURIComponent(file)));
  if (path !== '.' && !exists(path)) return [`the link to ${target} leads nowhere`];
  if (anchor === undefined || !path.endsWith('.md') || tree.anchorsOf(path).includes(anchor)) return [];
  return [`${path} has no heading #${anchor}`];
}

function existsIn(paths: readonly string[]): (path: string) => boolean {
  const known = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  return (path) => {
    const wanted = path.replace(/\/$/, '');
    if (!wanted.includes('*')) return known.has(wanted);
    const pattern = new RegExp(`^${wanted.replaceAll(/[.@]/g, '\\$&').replaceAll(/\*+/g, '[^/]*')}$`);
    return [...known].some((candidate) => pattern.test(candidate));
  };
}

function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
