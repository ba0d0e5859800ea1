import type { TextFile } from './repository.ts';

/** What was true on one machine only: home folders, other absolute paths, hosts that packages came from. */
const TRACES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'a path of somebody’s machine',
    // Not /opt/kafka/bin/…, which is inside Kafka's image, and not /tmp.
    pattern: /(?<![\w.*}\]-])\/(?:home|Users|root|work|mnt|srv|builds?|workspaces?)\/[\w.-]+/,
  },
  { what: 'a Windows path', pattern: /\b[A-Z]:\\\\?[A-Za-z]/ },
  {
    what: 'the host of a package registry or mirror',
    pattern: /https?:\/\/[^\s"'`)]*(?:registry|artifactory|nexus|mirror|npmjs|verdaccio|proxy)[^\s"'`)]*/i,
  },
];

/** One line per finding, as `path:line what: text`. */
export function tracesOfAMachine(files: readonly TextFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      TRACES.flatMap(({ what, pattern }) => {
        const found = pattern.exec(line);
        return found === null ? [] : [`${path}:${index + 1} ${what}: ${found[0]}`];
      }),
    ),
  );
}
