import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceName } from './services.ts';

/** A file per service with the addresses of its replicas, one a line. The gateway reads it again when it changes. */
export class AddressFiles {
  readonly #folder: string;
  readonly #written = new Map<ServiceName, Promise<void>>();

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'addresses');
  }

  /** For a configuration that may list several addresses with commas between them. */
  urlOf(service: ServiceName): string {
    return pathToFileURL(join(this.#folder, service)).toString().replaceAll(',', '%2C');
  }

  /** Replicas may come up at once: the files of one service are written one after another, and the last one stands. */
  write(service: ServiceName, urls: readonly string[]): Promise<void> {
    const before = this.#written.get(service) ?? Promise.resolve();
    const written = before.catch(() => undefined).then(() => this.#replace(service, urls));
    this.#written.set(service, written);
    return written;
  }

  async #replace(service: ServiceName, urls: readonly string[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const file = join(this.#folder, service);
    await writeFile(`${file}.new`, urls.map((url) => `${url}\n`).join(''));
    await rename(`${file}.new`, file);
  }
}
