import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Log, Running } from '@order-saga/service-kit';

/** Every address that a name stands for just now. */
export type FindAddresses = (name: string) => Promise<readonly string[]>;

export interface DoorOptions {
  readonly host: string;
  readonly port: number;
  /** Where it leads: a name that may stand for several replicas, and their port. */
  readonly name: string;
  readonly targetPort: number;
  readonly find: FindAddresses;
  readonly log: Log;
}

const CONNECT_MS = 2_000;
const DRAIN_MS = 5_000;

/**
 * One port of the host for a service with any number of replicas, which could not all have it: each connection goes to
 * the next replica in turn, or to the one after it where that does not answer. It passes bytes on and reads none.
 */
export async function openDoor(options: DoorOptions): Promise<Running & { readonly port: number }> {
  const { log, name, targetPort } = options;
  const open = new Set<Socket>();
  let turn = 0;

  const toSomeReplica = async (): Promise<Socket | null> => {
    const found = await options.find(name);
    turn += 1;
    for (let n = 0; n < found.length; n += 1) {
      const address = found[(turn + n) % found.length] ?? '';
      const socket = await connected(address, targetPort);
      if (socket !== null) return socket;
    }
    return null;
  };

  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    keep(client);
    toSomeReplica()
      .catch(() => null)
      .then((replica) => {
        if (replica === null) {
          log.warn({ name, targetPort }, 'no replica answers: a connection is refused');
          client.resetAndDestroy();
          return;
        }
        keep(replica);
        join(client, replica);
      });
  });

  function keep(socket: Socket): void {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Whoever is at the other end sees it closed; there is nobody else to tell.
    socket.on('error', () => undefined);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of open) socket.destroy();
        }, DRAIN_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function join(client: Socket, replica: Socket): void {
  client.pipe(replica);
  replica.pipe(client);
  client.once('close', () => replica.destroy());
  replica.once('close', () => client.destroy());
  client.resume();
}

function connected(address: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, allowHalfOpen: true });
    const answer = (made: boolean) => {
      socket.removeAllListeners();
      socket.setTimeout(0);
      if (!made) socket.destroy();
      resolve(made ? socket : null);
    };
    socket.setTimeout(CONNECT_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
