import type { ReadinessCheck } from '@order-saga/service-kit';
import type { CallOptions, Peer } from './peer.ts';

/** What every service has, and answers to whoever holds its token. */
interface Answering {
  readonly outbox: { readonly stats: { query(input: undefined, options: CallOptions): Promise<unknown> } };
}

/** Asked by a call that also finds out whether our token is the service's. Not required: its fields degrade alone. */
export const peerCheck = (peer: Pick<Peer<Answering>, 'name' | 'call' | 'problem'>): ReadinessCheck => ({
  name: peer.name,
  required: false,
  async check() {
    await peer
      .call(undefined, (it, options) => it.outbox.stats.query(undefined, options))
      .catch(() => undefined);
    return peer.problem;
  },
});
