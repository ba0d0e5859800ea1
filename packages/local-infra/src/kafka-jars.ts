import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from './config.ts';
import { LocalInfraError } from './errors.ts';

export const KAFKA_VERSION = '4.1.1';
const LOG4J_VERSION = '2.24.3';

const run = promisify(execFile);

const POM = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>order-saga</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${LOG4J_VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>${LOG4J_VERSION}</version></dependency>
  </dependencies>
</project>
`;

/** One folder for every checkout of this user. */
export function jarFolder(env: NodeJS.ProcessEnv = environment): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'order-saga', `kafka-${KAFKA_VERSION}`);
}

export async function jarsAreCached(folder = jarFolder()): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(`kafka_2.13-${KAFKA_VERSION}.jar`);
}

/**
 * Kafka's jars from Maven Central. They are fetched into a folder of their own and renamed into place, so that two
 * processes may do it at once and a broken download leaves nothing that looks whole.
 */
export async function kafkaJars(log: (line: string) => void): Promise<string> {
  const folder = jarFolder();
  if (await jarsAreCached(folder)) return folder;
  log(`fetching Apache Kafka ${KAFKA_VERSION} with Maven, once (43 MB, into ${folder})`);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.new-`);
  try {
    await writeFile(join(work, 'pom.xml'), POM);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const args = ['-B', '-q', '-f', join(work, 'pom.xml'), goal, `-DoutputDirectory=${join(work, 'jars')}`];
    await run('mvn', args, { cwd: work, maxBuffer: 64 * 1024 * 1024 }).catch(explain);
    await rename(join(work, 'jars'), folder).catch(async (error: unknown) => {
      // Another process was first.
      if (!(await jarsAreCached(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

function explain(error: { stdout?: string; message: string }): never {
  const cause = error.stdout?.split('\n').find((line) => line.includes('[ERROR]')) ?? error.message;
  throw new LocalInfraError(
    'MAVEN_FAILED',
    `Maven could not fetch Apache Kafka ${KAFKA_VERSION} (${cause.trim()}): check the network and ~/.m2/settings.xml, or start with --broker=memory`,
  );
}
