import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dataDirOf } from './config.ts';
import { CliError } from './system/cli-error.ts';

const TAIL_BYTES = 32 * 1024;

/** `npm run logs -- NAME`: the end of a process's log, and what follows with `--follow`. Works after the end, too. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      follow: { type: 'boolean', short: 'f', default: false },
      lines: { type: 'string', short: 'n', default: '50' },
      'data-dir': { type: 'string' },
    },
  });
  const folder = join(dataDirOf(values['data-dir']), 'logs');
  const names = (await readdir(folder).catch((): string[] => []))
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length));
  const [name] = positionals;
  if (name === undefined || !names.includes(name)) {
    throw new CliError(
      'USAGE',
      `npm run logs -- NAME, where NAME is ${names.join(', ') || '(no process has run yet)'}`,
    );
  }
  const file = join(folder, `${name}.log`);
  const end = await printEnd(file, Number(values.lines));
  if (values.follow) await follow(file, end);
  return 0;
}

async function printEnd(file: string, lines: number): Promise<number> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
    if (text !== '') console.log(text);
    return size;
  } finally {
    await handle.close();
  }
}

async function follow(file: string, from: number): Promise<never> {
  let position = from;
  for (;;) {
    const { size } = await stat(file);
    if (size < position) position = 0;
    if (size > position) {
      const stream = createReadStream(file, { start: position, end: size - 1 });
      stream.pipe(process.stdout, { end: false });
      await once(stream, 'end');
      position = size;
    }
    await delay(200);
  }
}
