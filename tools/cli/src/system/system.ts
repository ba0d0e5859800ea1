import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../config.ts';
import { REPOSITORY } from '../repository.ts';
import { AddressFiles } from './address-files.ts';
import { adminToken } from './admin-token.ts';
import { planBroker } from './broker.ts';
import { CliError } from './cli-error.ts';
import { startControl } from './control.ts';
import { developmentKey } from './development-key.ts';
import { setupEnvironmentOf, urlOf, type Wiring } from './environment.ts';
import { Fleet } from './fleet.ts';
import { provideBroker, provideDatabases } from './infrastructure.ts';
import { LaunchedSystem } from './launched-system.ts';
import type { SystemOptions } from './options.ts';
import { claimDataFolder, refuseTakenPorts } from './preconditions.ts';
import type { RunningSystem } from './running-system.ts';
import { ALL_IN_ONE_PROCESS, ONE_PROCESS_PER_SERVICE, SERVICES } from './services.ts';
import { runSetupScript } from './setup-scripts.ts';
import { together } from './together.ts';

/**
 * Starts everything and answers when it is ready: `npm start`, the end-to-end tests, the demo and the benchmark all
 * come through here. When any of it fails, what had been started is stopped again and the cause is thrown.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const { dataDir, services = SERVICES, say = () => undefined } = options;
  const { adaptEnvironment = (_process, env) => env } = options;
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
    const addresses = new AddressFiles(join(dataDir, 'state'));
    const wiring = (): Wiring => ({
      services,
      ports,
      databases: system.databases,
      brokers: system.brokers,
      adminToken: token,
      developmentJwks: jwks,
      stateDir: join(dataDir, 'state'),
      addressesOf: (service) => addresses.urlOf(service),
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
    const fleet = new Fleet({ specs, wiring: wiring(), addresses, system, logs, say, adaptEnvironment });
    await fleet.start(options.replicas ?? {}, options.signal ?? new AbortController().signal);
    system.fleet = fleet;
    system.control = await startControl(system, token);
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

const perService = <T>(of: (service: (typeof SERVICES)[number]) => T) =>
  Object.fromEntries(SERVICES.map((service) => [service.name, of(service)])) as Record<
    (typeof SERVICES)[number]['name'],
    T
  >;
