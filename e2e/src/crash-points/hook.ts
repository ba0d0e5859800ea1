import { readFileSync, renameSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { crashFolder } from './config.ts';
import { GLOBAL } from './instrument.ts';
import {
  type DeathOrder,
  deathFile,
  type Fault,
  type Moment,
  orderFile,
  TOLD,
  takenFile,
  textsFile,
} from './order.ts';

/**
 * Preloaded into the services of a crash test: they run their own code, with a look at each crash point whether this is
 * where to die. The product knows nothing of it.
 */
const folder = crashFolder();
const service = /\b(order|payment|inventory)\/src\/main\.ts$/.exec(process.argv[1] ?? '')?.[1];
if (folder !== undefined && service !== undefined) {
  loadFrom(textsFile(folder));
  obey(folder, service);
}

function loadFrom(file: string): void {
  const texts = new Map<string, string>(Object.entries(JSON.parse(readFileSync(file, 'utf8'))));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const source = url.startsWith('file:') ? texts.get(fileURLToPath(url)) : undefined;
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}

function obey(folder: string, service: string): void {
  let order: DeathOrder | null = null;
  let passings = 0;
  const failures = new Map<Fault, number>();

  const read = () => {
    order = takeOrder(orderFile(folder, service), takenFile(folder, service));
    passings = 0;
  };
  const die = () => {
    renameSync(takenFile(folder, service), deathFile(folder, service));
    process.kill(process.pid, 'SIGKILL');
  };
  const isDue = (point: string, moment: Moment): boolean => {
    if (order?.point !== point || order.moment !== moment) return false;
    passings += 1;
    return passings === order.passing;
  };
  const crashPoints = {
    fault(point: string): Promise<never> | undefined {
      const fault = order?.faults.find((each) => each.at === point && each.times > (failures.get(each) ?? 0));
      if (fault === undefined) return undefined;
      failures.set(fault, (failures.get(fault) ?? 0) + 1);
      return Promise.reject(madeToFail(fault));
    },
    sent<Work>(point: string, work: Work): Work {
      // Two rounds of the event loop later everything that was begun is on the wire, and no answer has been read.
      if (isDue(point, 'sent')) setImmediate(() => setImmediate(die));
      return work;
    },
    answered<Answer>(point: string, answer: Answer): Answer {
      if (isDue(point, 'answered')) die();
      return answer;
    },
    followed<Answer>(point: string, work: Promise<Answer>): Promise<Answer> {
      return crashPoints.sent(point, work).then((answer) => crashPoints.answered(point, answer));
    },
  };
  Object.assign(globalThis, { [GLOBAL]: crashPoints });
  process.on(TOLD, read);
  read();
}

function takeOrder(from: string, to: string): DeathOrder | null {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return JSON.parse(readFileSync(to, 'utf8'));
}

const madeToFail = ({ at, code, type }: Fault) =>
  Object.assign(new Error(`made to fail at ${at}`), { ...(code && { code }), ...(type && { type }) });
