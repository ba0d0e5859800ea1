import { join } from 'node:path';
import { freePort } from '@order-saga/local-infra';
import { REPOSITORY } from '../repository.ts';
import type { AddressFiles } from './address-files.ts';
import { CliError } from './cli-error.ts';
import { environmentOf, environmentOfReplica, urlOf, type Wiring } from './environment.ts';
import type { LaunchedSystem } from './launched-system.ts';
import type { SystemOptions } from './options.ts';
import { type Replica, type ReplicaCounts, replicaName } from './replicas.ts';
import type { ProcessSpec, ServiceName } from './services.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { together } from './together.ts';

export interface FleetOptions {
  readonly specs: readonly ProcessSpec[];
  readonly wiring: Wiring;
  readonly addresses: AddressFiles;
  readonly system: LaunchedSystem;
  readonly logs: string;
  readonly say: (line: string) => void;
  readonly adaptEnvironment: NonNullable<SystemOptions['adaptEnvironment']>;
}

interface Member {
  readonly process: SupervisedProcess;
  readonly url: string;
}

/** The processes of each service: the first of each from the start, further ones as they are asked for. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<ServiceName, readonly Member[]>();
  /** One change after the other. */
  #changing: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Answers when every process is ready; with the first that fails the others are given up. */
  async start(counts: ReplicaCounts, signal: AbortSignal): Promise<void> {
    const { specs, wiring, system } = this.#options;
    for (const service of Object.keys(counts)) this.#specOf(service as ServiceName);
    for (const { name } of wiring.services) await this.#publish(name, [system.urls[name]]);
    const givenUp = new AbortController();
    const either = AbortSignal.any([givenUp.signal, signal]);
    const further = Object.entries(counts).flatMap(([service, count]) =>
      Array.from({ length: count - 1 }, (_, n) => this.#add(service as ServiceName, n + 1, either)),
    );
    await together([...specs.map((spec) => this.#startFirst(spec, either)), ...further], () =>
      givenUp.abort(),
    );
  }

  scale(service: ServiceName, count: number): Promise<void> {
    const change = this.#changing.then(() => this.#scale(service, count));
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** Breaks a change off that is under way; what it has started is the system's to stop. */
  async settle(): Promise<void> {
    this.#stopping.abort();
    await this.#changing;
  }

  async #scale(service: ServiceName, count: number): Promise<void> {
    this.#specOf(service);
    while (this.#membersOf(service).length > count) await this.#removeLast(service);
    while (this.#membersOf(service).length < count) {
      await this.#add(service, this.#membersOf(service).length, this.#stopping.signal);
    }
  }

  async #startFirst(spec: ProcessSpec, signal: AbortSignal): Promise<void> {
    const { wiring, system, say } = this.#options;
    const urls = spec.serves.map((name) => system.urls[name]);
    const process = this.#supervised(spec, environmentOf(spec, wiring), urls);
    const [only] = spec.serves;
    if (only !== undefined && spec.serves.length === 1) {
      this.#members.set(only, [{ process, url: system.urls[only] }, ...this.#membersOf(only)]);
    }
    await process.start(signal);
    for (const name of spec.serves) say(`${name.padEnd(9)} ready at ${system.urls[name]}`);
  }

  async #add(service: ServiceName, index: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const template = this.#specOf(service);
    const spec = { ...template, name: replicaName(template.name, index) };
    const replica: Replica = { service, spec, port: await freePort() };
    const url = urlOf(replica.port);
    const process = this.#supervised(spec, environmentOfReplica(replica, this.#options.wiring), [url]);
    try {
      await process.start(signal);
    } catch (error) {
      await this.#options.system.removeService(process);
      throw error;
    }
    await this.#enlist(service, [...this.#membersOf(service), { process, url }]);
    this.#options.say(`${spec.name.padEnd(9)} ready at ${url}`);
  }

  /** Callers are told to go elsewhere before it drains. */
  async #removeLast(service: ServiceName): Promise<void> {
    const members = this.#membersOf(service);
    const last = members.at(-1);
    if (last === undefined) return;
    await this.#enlist(service, members.slice(0, -1));
    await this.#options.system.removeService(last.process);
    this.#options.say(`${last.process.name} has drained`);
  }

  async #enlist(service: ServiceName, members: readonly Member[]): Promise<void> {
    this.#members.set(service, members);
    await this.#publish(
      service,
      members.map(({ url }) => url),
    );
  }

  #publish(service: ServiceName, urls: readonly string[]): Promise<void> {
    return this.#options.addresses.write(service, urls);
  }

  #supervised(spec: ProcessSpec, env: NodeJS.ProcessEnv, urls: readonly string[]): SupervisedProcess {
    const { system, say, logs, adaptEnvironment } = this.#options;
    const process = new SupervisedProcess({
      name: spec.name,
      script: spec.script,
      cwd: REPOSITORY,
      env: adaptEnvironment(spec.name, env),
      logFile: join(logs, `${spec.name}.log`),
      urls,
      isEntrance: spec.serves.includes('gateway'),
      say,
      onStarted: () => void system.record(),
    });
    system.addService(process);
    return process;
  }

  #membersOf(service: ServiceName): readonly Member[] {
    return this.#members.get(service) ?? [];
  }

  #specOf(service: ServiceName): ProcessSpec {
    const spec = this.#options.specs.find(({ serves }) => serves.length === 1 && serves[0] === service);
    if (spec !== undefined) return spec;
    throw new CliError(
      'USAGE',
      `${service} cannot have replicas: without Kafka all services run in one process`,
    );
  }
}
