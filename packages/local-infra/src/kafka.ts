import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { environment } from './config.ts';
import { LocalInfraError } from './errors.ts';
import { findJava, findMaven } from './java.ts';
import { jarsAreCached, kafkaJars } from './kafka-jars.ts';
import { kafkaAnswers } from './kafka-probe.ts';
import { type KafkaListener, kafkaProperties, LOG4J_PROPERTIES } from './kafka-settings.ts';
import { claimPort, freePort } from './ports.ts';
import { commandOf, spawnServer, stopProcess, untilReady } from './processes.ts';

const run = promisify(execFile);
const STOP_TIMEOUT_MS = 20_000;

export interface KafkaOptions {
  /** Holds `log/`, `server.properties`, `kafka.pid` and `kafka.log`; made when missing; kept after `stop()`. */
  readonly dataDir: string;
  /** This one and no other; a server left behind on another port is stopped. */
  readonly port?: number;
  /** This one unless it is taken; then a free one. */
  readonly preferredPort?: number;
  /** Default: `kafka.log` in `dataDir`. */
  readonly logFile?: string;
  readonly log?: (line: string) => void;
  /** Beside its own port. */
  readonly listeners?: readonly KafkaListener[];
}

export interface RunningKafka {
  readonly brokers: readonly string[];
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Whether a broker that an earlier launcher left behind was taken over. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

/** Why Apache Kafka cannot run here, in a sentence for the terminal, or null when it can. */
export async function kafkaUnavailableReason(env: NodeJS.ProcessEnv = environment): Promise<string | null> {
  const java = await findJava(env);
  if (!java.found) return java.reason;
  if ((await jarsAreCached()) || (await findMaven(env))) return null;
  return 'there is no Maven on the PATH to fetch Apache Kafka with, and it has not been fetched before';
}

/** Apache Kafka, one KRaft node in a session of its own, on loopback. Data survives a restart. */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const dataDir = resolve(options.dataDir);
  const logFile = options.logFile ?? join(dataDir, 'kafka.log');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const left = await brokerLeftBehind(dataDir);
  if (left !== null) {
    const wanted = options.port === undefined || options.port === left.port;
    if (wanted && (await kafkaAnswers(left.port)))
      return handle({ ...left, dataDir, logFile, adopted: true });
    await stopProcess(left.pid, 'SIGTERM', STOP_TIMEOUT_MS);
  }

  const port = await claimPort(options, 'Kafka', 'KAFKA_PORT');
  const java = await findJava();
  if (!java.found) throw new LocalInfraError('JAVA_MISSING', java.reason);
  const jars = await kafkaJars(options.log ?? (() => undefined));
  const classPath = join(jars, '*');
  await writeSettings(dataDir, kafkaProperties(dataDir, port, await freePort(), options.listeners));
  await formatOnce(java.java, classPath, dataDir);

  const command = [
    java.java,
    ...jvmOptions(dataDir),
    '-cp',
    classPath,
    'kafka.Kafka',
    propertiesFile(dataDir),
  ];
  const child = await spawnServer(command as never, { logFile, cwd: dataDir });
  await writeFile(pidFile(dataDir), `${child.pid}\n${port}\n`);
  try {
    await untilReady('Kafka', child, logFile, 60_000, () => kafkaAnswers(port));
  } catch (error) {
    await stopProcess(child.pid, 'SIGTERM', STOP_TIMEOUT_MS);
    throw new LocalInfraError('START_FAILED', (error as Error).message);
  }
  return handle({ pid: child.pid, port, dataDir, logFile, adopted: false });
}

const propertiesFile = (dataDir: string) => join(dataDir, 'server.properties');
const log4jFile = (dataDir: string) => join(dataDir, 'log4j2.properties');
const pidFile = (dataDir: string) => join(dataDir, 'kafka.pid');

const jvmOptions = (dataDir: string): readonly string[] => [
  '-Xms256m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  // A broker for a development machine: the second compiler took a core for the first minute and gave little back.
  '-XX:TieredStopAtLevel=1',
  '-Djava.awt.headless=true',
  `-Dlog4j2.configurationFile=${log4jFile(dataDir)}`,
];

function handle(parts: {
  pid: number;
  port: number;
  dataDir: string;
  logFile: string;
  adopted: boolean;
}): RunningKafka {
  const { pid, port, dataDir, logFile, adopted } = parts;
  const stop = async () => {
    await stopProcess(pid, 'SIGTERM', STOP_TIMEOUT_MS);
    await rm(pidFile(dataDir), { force: true });
  };
  return { brokers: [`127.0.0.1:${port}`], port, pid, logFile, adopted, stop };
}

async function writeSettings(dataDir: string, properties: string): Promise<void> {
  await writeFile(propertiesFile(dataDir), properties);
  await writeFile(log4jFile(dataDir), LOG4J_PROPERTIES);
}

/** meta.properties is the last file that the format writes: without it the folder is begun anew. */
async function formatOnce(java: string, classPath: string, dataDir: string): Promise<void> {
  const folder = join(dataDir, 'log');
  if (await stat(join(folder, 'meta.properties')).catch(() => null)) return;
  await rm(folder, { recursive: true, force: true });
  // An id that begins with a dash would be taken for an option: one in 64 does.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'K');
  await run(java, [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${log4jFile(dataDir)}`,
    ...[
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      propertiesFile(dataDir),
    ],
  ]).catch((error: { stderr?: string; message: string }) => {
    throw new LocalInfraError(
      'START_FAILED',
      `Kafka's storage could not be formatted: ${error.stderr || error.message}`,
    );
  });
}

/** Our pid file names process and port; the command line proves that the process is still this broker. */
async function brokerLeftBehind(dataDir: string): Promise<{ pid: number; port: number } | null> {
  const [pid = 0, port = 0] = (await readFile(pidFile(dataDir), 'utf8').catch(() => ''))
    .split('\n')
    .map(Number);
  if (!(pid > 0)) return null;
  const command = await commandOf(pid);
  return command?.endsWith(` kafka.Kafka ${propertiesFile(dataDir)}`) ? { pid, port } : null;
}
