import type { ReadinessCheck } from '@order-saga/service-kit';
import type { Peer } from './peer.ts';

/** By the latest call: asking the services just for this would make every probe four probes. Their fields degrade alone. */
export const peerCheck = (peer: Pick<Peer<unknown>, 'name' | 'problem'>): ReadinessCheck => ({
  name: peer.name,
  required: false,
  check: () => peer.problem,
});
