import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { REPOSITORY } from '../repository.ts';
import { adminToken } from './admin-token.ts';
import { planBroker } from './broker.ts';
import { CliError } from './cli-error.ts';
import { developmentKey } from './development-key.ts';
import { environmentOf, setupEnvironmentOf, urlOf, type Wiring } from './environment.ts';
import { provideBroker, provideDatabases } from './infrastructure.ts';
import { LaunchedSystem } from './launched-system.ts';
import type { SystemOptions } from './options.ts';
import { claimDataFolder, refuseTakenPorts } from './preconditions.ts';
import type { RunningSystem } from './running-system.ts';
import { ALL_IN_ONE_PROCESS, ONE_PROCESS_PER_SERVICE, type ProcessSpec, SERVICES } from './services.ts';
import { runSetupScript } from './setup-scripts.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { together } from './together.ts';

/**
 * Starts everything and answers when it is ready: `npm start`, the end-to-end tests, the demo and the benchmark all
 * come through here. When any of it fails, what had been started is stopped again and the cause is thrown.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const { dataDir, services = SERVICES, say = () => undefined } = options;
  const logs = join(dataDir, 'logs');
  const ports = perService(({ name, port }) => options.ports?.[name] ?? port);
  await mkdir(logs, { recursive: true });
  // PostgreSQL does not run as root: the account it runs as must be able to enter. What holds secrets is closed by itself.
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  await claimDataFolder(dataDir);
  await refuseTakenPorts(services, ports);
  const plan = await planBroker(options);
  const token = await adminToken(dataDir);
  const { jwks } = await developmentKey(dataDir);

  const system = new LaunchedSystem({
    dataDir,
    urls: perService(({ name }) => urlOf(ports[name])),
    adminToken: token,
  });
  try {
    const context = { options, logs, say, system };
    const wiring = (): Wiring => ({
      services,
      ports,
      databases: system.databases,
      brokers: system.brokers,
      adminToken: token,
      developmentJwks: jwks,
      stateDir: join(dataDir, 'state'),
      base: { ...environment, ...options.env },
    });
    const prepareDatabases = async () => {
      await provideDatabases(context);
      options.signal?.throwIfAborted();
      await migrate(wiring());
      say('Databases: migrated, with demo products');
    };
    const [, inProcess] = await together([prepareDatabases(), provideBroker(plan, context)]);

    options.signal?.throwIfAborted();
    const specs = options.processes ?? (inProcess ? ALL_IN_ONE_PROCESS : ONE_PROCESS_PER_SERVICE);
    const givenUp = new AbortController();
    const signal = AbortSignal.any([givenUp.signal, ...(options.signal ? [options.signal] : [])]);
    await together(
      specs.map((spec) =>
        startProcess(spec, wiring(), { options, system, signal, logFile: join(logs, `${spec.name}.log`) }),
      ),
      () => givenUp.abort(),
    );
    options.signal?.throwIfAborted();
    await system.enter('ready');
    return system;
  } catch (error) {
    await system.stop().catch(() => undefined);
    if (!options.signal?.aborted) throw error;
    throw new CliError('INTERRUPTED', 'the start was interrupted; nothing is left running');
  }
}

async function migrate(wiring: Wiring): Promise<void> {
  await together(
    wiring.services.map(async (service) => {
      const env = setupEnvironmentOf(service, wiring);
      for (const script of service.setup) await runSetupScript(script, REPOSITORY, env);
    }),
  );
}

async function startProcess(
  spec: ProcessSpec,
  wiring: Wiring,
  context: { options: SystemOptions; system: LaunchedSystem; signal: AbortSignal; logFile: string },
): Promise<void> {
  const { options, system, signal, logFile } = context;
  const { say = () => undefined, adaptEnvironment = (_process, env) => env } = options;
  const urls = spec.serves.map((name) => system.urls[name]);
  const service = new SupervisedProcess({
    name: spec.name,
    script: spec.script,
    cwd: REPOSITORY,
    env: adaptEnvironment(spec.name, environmentOf(spec, wiring)),
    logFile,
    urls,
    say,
    onStarted: () => void system.record(),
  });
  system.addService(service);
  await service.start(signal);
  for (const name of spec.serves) say(`${name.padEnd(9)} ready at ${system.urls[name]}`);
}

const perService = <T>(of: (service: (typeof SERVICES)[number]) => T) =>
  Object.fromEntries(SERVICES.map((service) => [service.name, of(service)])) as Record<
    (typeof SERVICES)[number]['name'],
    T
  >;
