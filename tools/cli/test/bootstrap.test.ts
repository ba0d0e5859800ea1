import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPOSITORY } from '../src/repository.ts';

const run = promisify(execFile);
let checkout: string;

/** A checkout with one dependency, and an npm that notes its calls and 'installs' by copying the lockfile. */
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'order-saga-checkout-'));
  await mkdir(join(checkout, 'tools/cli/src'), { recursive: true });
  await mkdir(join(checkout, 'bin'));
  for (const file of ['tools/bootstrap.sh', 'tools/installed.mjs'])
    await cp(join(REPOSITORY, file), join(checkout, file));
  await writeFile(
    join(checkout, 'tools/cli/src/main.ts'),
    'const args: string[] = process.argv.slice(2);\nconsole.log(args.join(" "), process.execPath);',
  );
  await lock('1.0.0');
  const npm = `#!/bin/sh
echo "$@" >> npm-calls
mkdir -p node_modules/.bin
ln -sf '${process.execPath}' node_modules/.bin/node
cp package-lock.json node_modules/.package-lock.json
`;
  await writeFile(join(checkout, 'bin/npm'), npm, { mode: 0o755 });
});

afterEach(() => rm(checkout, { recursive: true, force: true }));

const lock = (version: string) =>
  writeFile(
    join(checkout, 'package-lock.json'),
    JSON.stringify({
      packages: {
        '': {},
        'node_modules/left': { version },
        'node_modules/of-another-platform': { version: '9.9.9', optional: true },
      },
    }),
  );

const bootstrap = (path = `${join(checkout, 'bin')}${delimiter}${process.env.PATH}`) =>
  run('sh', [join(checkout, 'tools/bootstrap.sh'), 'status', '--json'], {
    env: { ...process.env, PATH: path },
  });

async function npmCalls(): Promise<string[]> {
  const text = await readFile(join(checkout, 'npm-calls'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

test('a fresh clone is installed by npm ci, without install scripts, and the command runs with its arguments', async () => {
  const { stdout } = await bootstrap();
  expect(stdout).toContain('Installing the packages of package-lock.json');
  expect(stdout).toContain('status --json ');
  expect(await npmCalls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);
});

test('what is installed already is not installed again', async () => {
  await bootstrap();
  const { stdout } = await bootstrap();
  expect(stdout).not.toContain('Installing');
  expect(await npmCalls()).toHaveLength(1);
});

test('node_modules that do not match the lockfile are installed anew', async () => {
  await bootstrap();
  await lock('2.0.0');
  await bootstrap();
  expect(await npmCalls()).toHaveLength(2);
});

test('two starts at once install once', async () => {
  await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
  expect(await npmCalls()).toHaveLength(1);
});

test('an installation that was killed does not keep the next one waiting', async () => {
  const ended = run('true');
  await ended;
  const { pid } = ended.child;
  await mkdir(join(checkout, '.data'));
  await symlink(String(pid), join(checkout, '.data/install.lock'));
  await bootstrap();
  expect(await npmCalls()).toHaveLength(1);
});

test('a Node that is too old is told what is needed', async () => {
  await writeFile(
    join(checkout, 'bin/node'),
    '#!/bin/sh\n[ "$1" = --version ] && echo v18.0.0 || echo 18\n',
    { mode: 0o755 },
  );
  await expect(bootstrap()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Node.js 20 or newer is needed to begin with (found: v18.0.0)'),
  });
});
