import { freePort } from '@order-saga/local-infra';

/** Ports of its own, so that a measurement disturbs no running system. */
export async function freePorts(): Promise<Record<'order' | 'payment' | 'inventory' | 'gateway', number>> {
  return {
    order: await freePort(),
    payment: await freePort(),
    inventory: await freePort(),
    gateway: await freePort(),
  };
}
