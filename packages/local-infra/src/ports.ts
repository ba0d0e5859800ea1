import { connect, createServer } from 'node:net';
import { LocalInfraError } from './errors.ts';

/** A port of the loopback interface that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('the operating system gave no port'));
      });
    });
  });
}

/** Asks by connecting: a listener on any address that loopback reaches counts as taken. */
export function portIsTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(2_000, () => answer(true));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

export async function claimPort(
  wish: { readonly port?: number; readonly preferredPort?: number },
  forWhat: string,
  variable: string,
): Promise<number> {
  const { port, preferredPort } = wish;
  if (port === undefined) {
    return preferredPort === undefined || (await portIsTaken(preferredPort)) ? freePort() : preferredPort;
  }
  if (await portIsTaken(port)) {
    throw new LocalInfraError(
      'PORT_TAKEN',
      `port ${port} for ${forWhat} is taken by another process: stop that process, or set ${variable} to a free port`,
    );
  }
  return port;
}
