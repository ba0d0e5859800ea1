import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * `stalled`: connections stay, new ones are taken, and no byte passes. `slow`: every piece is late, and few bytes pass
 * at a time. `closed`: nobody is let in.
 */
export type Weather =
  | { readonly kind: 'fair' }
  | { readonly kind: 'stalled' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'slow'; readonly delayMs: number; readonly bytesPerSecond: number };

/** Which end of a half-open connection is gone, without a word to the other. */
export type GoneEnd = 'server' | 'client';

const FAIR: Weather = { kind: 'fair' };

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more in either direction; what arrives is thrown away. */
  isCutOff: boolean;
}

/** One TCP port in front of another, on loopback, where the network between the two can be made to fail. */
export class TcpProxy {
  readonly port: number;
  readonly upstreamPort: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #weather: Weather = FAIR;
  /** Resolves when the weather changes. */
  #changed = Promise.withResolvers<void>();

  constructor(port: number, upstreamPort: number) {
    this.port = port;
    this.upstreamPort = upstreamPort;
    this.#server = createServer({ noDelay: true }, (client) => this.#take(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.setWeather(FAIR);
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  setWeather(weather: Weather): void {
    this.#weather = weather;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Both ends of every connection are told with a reset. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** One end of every connection vanishes; the other is told nothing, and its writes go nowhere. New ones are whole. */
  halfOpen(gone: GoneEnd): void {
    for (const pair of this.#pairs) {
      if (pair.isCutOff) continue;
      pair.isCutOff = true;
      (gone === 'server' ? pair.server : pair.client).destroy();
    }
    // Whoever waits for fair weather must see that its pair is cut off.
    this.setWeather(this.#weather);
  }

  #take(client: Socket): void {
    if (this.#weather.kind === 'closed') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.upstreamPort, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, server, isCutOff: false };
    this.#pairs.add(pair);
    void Promise.allSettled([this.#carry(pair, client, server), this.#carry(pair, server, client)]).then(
      () => {
        client.destroy();
        server.destroy();
        this.#pairs.delete(pair);
      },
    );
  }

  async #carry(pair: Pair, from: Socket, to: Socket): Promise<void> {
    from.on('error', () => undefined);
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        await this.#pass(pair, piece.length);
        if (pair.isCutOff) continue;
        if (to.destroyed) throw new Error('the other end is gone');
        if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
      }
      // A proper end is passed on; a half-open connection has none.
      if (!pair.isCutOff) to.end();
    } catch {
      if (!pair.isCutOff) to.resetAndDestroy();
    }
  }

  async #pass(pair: Pair, bytes: number): Promise<void> {
    while (this.#weather.kind === 'stalled' && !pair.isCutOff) await this.#changed.promise;
    if (this.#weather.kind !== 'slow' || pair.isCutOff) return;
    const { delayMs, bytesPerSecond } = this.#weather;
    await delay(delayMs + (bytes / bytesPerSecond) * 1_000);
  }
}
