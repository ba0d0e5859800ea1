import { adminTokenFile } from './admin-token.ts';
import { CliError } from './cli-error.ts';
import type { Control } from './control.ts';
import type { DatabaseUrls } from './databases.ts';
import type { Fleet } from './fleet.ts';
import { forgetRunState, type RunningProcess, type RunState, writeRunState } from './run-file.ts';
import type { RunningSystem } from './running-system.ts';
import type { ServiceName } from './services.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import type { SupervisedServer } from './supervised-server.ts';

type AnyServer = Pick<SupervisedServer<never>, 'name' | 'kill' | 'stop'> & {
  readonly server: { readonly pid: number; readonly logFile: string } | null;
};

/** What has been started so far. It keeps run.json true, and stops everything in the order of draining. */
export class LaunchedSystem implements RunningSystem {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly adminToken: string;
  databases = {} as DatabaseUrls;
  brokers: readonly string[] = [];
  fleet: Pick<Fleet, 'scale' | 'settle'> | null = null;
  control: Control | null = null;
  readonly #dataDir: string;
  readonly #startedAt = new Date().toISOString();
  readonly #servers: AnyServer[] = [];
  #services: readonly SupervisedProcess[] = [];
  #phase: RunState['phase'] = 'starting';
  #written: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(parts: { dataDir: string; urls: Readonly<Record<ServiceName, string>>; adminToken: string }) {
    this.#dataDir = parts.dataDir;
    this.urls = parts.urls;
    this.adminToken = parts.adminToken;
  }

  get processes(): readonly RunningProcess[] {
    const servers = this.#servers.flatMap(({ name, server }) =>
      server === null
        ? []
        : [{ name, pid: server.pid, url: null, logFile: server.logFile, mark: this.#dataDir }],
    );
    const services = this.#services.flatMap(({ name, pid, url, logFile, script }) =>
      pid === null ? [] : [{ name, pid, url, logFile, mark: script }],
    );
    return [...servers, ...services];
  }

  addServer(server: AnyServer): void {
    this.#servers.push(server);
  }

  addService(service: SupervisedProcess): void {
    this.#services = [...this.#services, service];
  }

  async removeService(service: SupervisedProcess): Promise<void> {
    await service.stop();
    this.#services = this.#services.filter((other) => other !== service);
    await this.record();
  }

  async enter(phase: RunState['phase']): Promise<void> {
    this.#phase = phase;
    await this.record();
  }

  /** Writes run.json; called again whenever a process id changes. */
  record(): Promise<void> {
    this.#written = this.#written.then(async () => {
      if (this.#phase === 'stopped') return;
      await writeRunState(this.#dataDir, {
        launcherPid: process.pid,
        phase: this.#phase,
        startedAt: this.#startedAt,
        urls: this.urls,
        databases: this.databases,
        brokers: this.brokers,
        adminTokenFile: adminTokenFile(this.#dataDir),
        controlUrl: this.control?.url ?? null,
        processes: this.processes,
      });
    });
    return this.#written;
  }

  async restart(name: string): Promise<void> {
    await this.#service(name).restart();
  }

  kill(name: string, signal: NodeJS.Signals): void {
    const server = this.#servers.find((candidate) => candidate.name === name);
    (server ?? this.#service(name)).kill(signal);
  }

  async whenReady(name: string): Promise<void> {
    await this.#service(name).whenReady();
  }

  async scale(service: ServiceName, replicas: number): Promise<void> {
    if (this.#phase !== 'ready' || this.fleet === null) {
      throw new CliError('USAGE', `the system is ${this.#phase}: it can be scaled when it is ready`);
    }
    await this.fleet.scale(service, replicas);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  /** The entrance closes first, so that no order is accepted that the services behind it would not take. */
  async #drain(): Promise<void> {
    await this.enter('stopping');
    const faults: unknown[] = [];
    const attempt = (work: Promise<void> | undefined) =>
      work?.catch((fault: unknown) => void faults.push(fault));
    await attempt(this.control?.stop());
    await attempt(this.fleet?.settle());
    const [entrances, behind] = [true, false].map((is) =>
      this.#services.filter((it) => it.isEntrance === is),
    );
    await Promise.all((entrances ?? []).map((service) => attempt(service.stop())));
    await Promise.all((behind ?? []).map((service) => attempt(service.stop())));
    for (const server of this.#servers.toReversed()) await attempt(server.stop());
    await this.#forget();
    if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join('; '));
  }

  async #forget(): Promise<void> {
    this.#phase = 'stopped';
    await this.#written;
    await forgetRunState(this.#dataDir);
  }

  #service(name: string): SupervisedProcess {
    const service = this.#services.find((candidate) => candidate.name === name);
    if (service !== undefined) return service;
    const known = [...this.#services, ...this.#servers].map((candidate) => candidate.name).join(', ');
    throw new CliError('USAGE', `there is no process '${name}'; there are ${known}`);
  }
}
