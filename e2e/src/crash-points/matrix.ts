import { MOMENTS } from './order.ts';
import { CRASH_POINTS, type CrashPoint } from './points.ts';
import type { Death } from './round.ts';
import type { Site } from './sites.ts';
import { CRASHING, type Crashing } from './stage.ts';

/** Every point that can be passed in a test, at both moments, in every service whose code it is. */
export function everyDeath(sites: readonly Site[]): readonly Death[] {
  return CRASHING.flatMap((service) =>
    [...CRASH_POINTS]
      .filter(([name, point]) => isPassedBy(service, point, fileOf(name, sites)))
      .flatMap(([point, { reached = 'orders', moments = MOMENTS }], index) => {
        const isFrequent = reached === 'orders' && fileOf(point, sites).startsWith('packages/');
        // Not always the first: by then there is less under way.
        const passing = isFrequent ? 1 + (index % 3) : 1;
        return moments.map((moment) => ({ service, point, moment, passing }));
      }),
  );
}

/** The services die side by side: each round takes the next death of each. */
export function inRounds(deaths: readonly Death[]): readonly (readonly Death[])[] {
  const queues = CRASHING.map((service) => deaths.filter((death) => death.service === service));
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, at) => queues.flatMap((queue) => queue[at] ?? []));
}

export const describeDeath = ({ service, point, moment }: Death): string =>
  `${service} at ${point} (${moment})`;

function isPassedBy(service: Crashing, { reached, in: services }: CrashPoint, file: string): boolean {
  if (typeof reached === 'object' && 'never' in reached) return false;
  if (services !== undefined && !services.includes(service)) return false;
  return file.startsWith('packages/') || file.startsWith(`services/${service}/`);
}

const fileOf = (point: string, sites: readonly Site[]): string =>
  sites.find((site) => site.point === point)?.pause.file ?? '';
