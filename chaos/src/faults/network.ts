import type { Link, ServerName } from '../network/links.ts';
import { SERVERS } from '../network/links.ts';
import type { Random } from '../schedule/random.ts';
import type { Fault, Stage } from './fault.ts';
import { hold, seconds } from './hold.ts';

/** What becomes of the connections that were chosen; resolves when it is over. */
type Trouble = (links: readonly Link[], stage: Stage, random: Random) => Promise<string>;

const FAIR = { kind: 'fair' } as const;
const LONGEST_MS = 8_000;

const each = (links: readonly Link[], act: (proxy: Link['proxy']) => void) =>
  links.forEach(({ proxy }) => void act(proxy));

const cut: Trouble = async (links, { signal }, random) => {
  const forMs = random.between(0, 3_000);
  each(links, (proxy) => proxy.setWeather({ kind: 'closed' }));
  each(links, (proxy) => proxy.cut());
  await hold(forMs, signal);
  each(links, (proxy) => proxy.setWeather(FAIR));
  return `closed for ${seconds(forMs)}`;
};

const stall: Trouble = async (links, { signal }, random) => {
  const forMs = random.between(500, LONGEST_MS);
  each(links, (proxy) => proxy.setWeather({ kind: 'stalled' }));
  await hold(forMs, signal);
  each(links, (proxy) => proxy.setWeather(FAIR));
  return `for ${seconds(forMs)}`;
};

const halfOpen: Trouble = async (links, _stage, random) => {
  const gone = random.pick(['server', 'client'] as const);
  each(links, (proxy) => proxy.halfOpen(gone));
  return `the ${gone}'s end is gone`;
};

const slow: Trouble = async (links, { signal }, random) => {
  const forMs = random.between(2_000, LONGEST_MS);
  const weather = {
    kind: 'slow',
    delayMs: random.between(10, 150),
    bytesPerSecond: random.pick([64_000, 256_000, 2_000_000]),
  } as const;
  each(links, (proxy) => proxy.setWeather(weather));
  await hold(forMs, signal);
  each(links, (proxy) => proxy.setWeather(FAIR));
  return `${weather.delayMs} ms more a piece, ${weather.bytesPerSecond / 1_000} kB/s, for ${seconds(forMs)}`;
};

const TROUBLES = { cut, stalled: stall, 'half-open': halfOpen, slow } satisfies Record<string, Trouble>;

/** Half of the time the network of all processes, else that of one. */
const network = (kind: keyof typeof TROUBLES, server: ServerName): Fault => ({
  name: `${server} connections ${kind}`,
  target: `network to ${server}`,
  async inject(stage, random) {
    const links = stage.links.to(server).filter(({ proxy }) => proxy.connections > 0);
    const chosen = random.chance(0.5) || links.length === 0 ? links : [random.pick(links)];
    const said = await TROUBLES[kind](chosen, stage, random);
    return `${chosen.map(({ process }) => process).join(', ')}: ${said}`;
  },
});

export const NETWORK_FAULTS: readonly Fault[] = SERVERS.flatMap((server) =>
  (Object.keys(TROUBLES) as (keyof typeof TROUBLES)[]).map((kind) => network(kind, server)),
);
