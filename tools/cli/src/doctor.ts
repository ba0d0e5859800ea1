import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { promisify, stripVTControlCharacters } from 'node:util';
import { findJava, jarsAreCached, kafkaUnavailableReason, portIsTaken } from '@order-saga/local-infra';
import { dataDirOf, systemOptions } from './config.ts';
import { liveRunState } from './system/run-file.ts';
import { SERVICES } from './system/services.ts';

const execute = promisify(execFile);
const ENOUGH_DISK_GB = 2;

interface Finding {
  /** `no`: the system cannot start. `less`: it starts, with less than it could. */
  readonly verdict: 'ok' | 'less' | 'no';
  readonly what: string;
}

/**
 * `npm run doctor`: what this machine offers the system; exit code 1 when it cannot start here. With `--invariants` it
 * examines the running system instead.
 */
export async function run(args: readonly string[]): Promise<number> {
  if (args.includes('--invariants')) {
    const { examine } = await import('./invariants/examine.ts');
    return examine(args);
  }
  const options = systemOptions(args);
  const findings = [
    node(),
    await java(),
    await maven(),
    await kafka(options.brokers ?? []),
    await docker(),
    await disk(options.dataDir),
    ...(await ports(options)),
  ];
  const marks = { ok: 'ok  ', less: 'less', no: 'NO  ' } as const;
  for (const { verdict, what } of findings) console.log(`${marks[verdict]}  ${what}`);
  const blocked = findings.filter(({ verdict }) => verdict === 'no').length;
  console.log(
    blocked === 0 ? 'The system can start: npm start' : `${blocked} of these keep the system from starting`,
  );
  return blocked === 0 ? 0 : 1;
}

const node = (): Finding => ({
  verdict: 'ok',
  what: `Node.js ${process.versions.node} (${process.execPath})`,
});

async function java(): Promise<Finding> {
  const found = await findJava();
  return found.found
    ? { verdict: 'ok', what: `Java ${found.version} (${found.java})` }
    : { verdict: 'less', what: found.reason };
}

async function maven(): Promise<Finding> {
  if (await jarsAreCached())
    return { verdict: 'ok', what: 'Apache Kafka has been fetched; Maven is not needed again' };
  const version = await firstLine('mvn', ['--version']);
  return version === null
    ? { verdict: 'less', what: 'no Maven on the PATH: Apache Kafka cannot be fetched' }
    : { verdict: 'ok', what: version };
}

async function kafka(brokers: readonly string[]): Promise<Finding> {
  if (brokers.length > 0) return { verdict: 'ok', what: `KAFKA_BROKERS=${brokers.join(',')} will be used` };
  const missing = await kafkaUnavailableReason();
  return missing === null
    ? { verdict: 'ok', what: 'Apache Kafka will be started here' }
    : { verdict: 'less', what: `no Kafka (${missing}): all services will share one process` };
}

async function docker(): Promise<Finding> {
  const version = await firstLine('docker', ['info', '--format', '{{.ServerVersion}}']);
  return version === null
    ? { verdict: 'ok', what: 'no Docker engine answers; npm start does not need one' }
    : { verdict: 'ok', what: `Docker engine ${version}` };
}

async function disk(dataDir: string): Promise<Finding> {
  await mkdir(dataDir, { recursive: true });
  const { bavail, bsize } = await statfs(dataDir);
  const freeGb = (bavail * bsize) / 1024 ** 3;
  const what = `${freeGb.toFixed(1)} GB free for ${dataDir}`;
  return freeGb >= ENOUGH_DISK_GB
    ? { verdict: 'ok', what }
    : { verdict: 'no', what: `${what}; ${ENOUGH_DISK_GB} GB are needed` };
}

async function ports({ dataDir, ports: chosen = {} }: ReturnType<typeof systemOptions>): Promise<Finding[]> {
  const running = await liveRunState(dataDirOf(dataDir));
  if (running !== null) return [{ verdict: 'ok', what: 'the system runs, and holds its ports' }];
  return Promise.all(
    SERVICES.map(async ({ name, port, portVariable }): Promise<Finding> => {
      const wanted = chosen[name] ?? port;
      return (await portIsTaken(wanted))
        ? {
            verdict: 'no',
            what: `port ${wanted} for ${name} is taken: stop who holds it, or set ${portVariable}`,
          }
        : { verdict: 'ok', what: `port ${wanted} for ${name} is free` };
    }),
  );
}

async function firstLine(command: string, args: readonly string[]): Promise<string | null> {
  const answer = await execute(command, [...args], { timeout: 10_000 }).catch(() => null);
  const text = stripVTControlCharacters(answer?.stdout.split('\n')[0] ?? '').trim();
  return text === '' ? null : text;
}
