import { lookup } from 'node:dns/promises';
import { runProcess, stopInOrder } from '@order-saga/service-kit';
import { readDoorsConfig } from './config.ts';
import { openDoor } from './door.ts';

/** The ports of the services on the host, whatever the number of their replicas. */
await runProcess('doors', {
  configure: readDoorsConfig,
  async start({ HOST, DOORS }, log) {
    const find = async (name: string) => (await lookup(name, { all: true })).map(({ address }) => address);
    const doors = await Promise.all(DOORS.map((door) => openDoor({ host: HOST, ...door, find, log })));
    return { stop: () => stopInOrder(doors.map(({ port, stop }) => ({ name: `door ${port}`, stop }))) };
  },
});
