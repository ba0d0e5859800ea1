import { createRequire } from 'node:module';
import type { ISocketFactory, Logger } from 'kafkajs';

/**
 * The parts of kafkajs 2.2.4 that its public interface does not offer. `kafkajs` itself is loaded by `kafkajs.ts`, after
 * the faults were patched: kafkajs' own modules bind each other when they are loaded.
 */
const require = createRequire(import.meta.url);

export interface RequestQueueInternals {
  readonly pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

export interface ClusterInternals {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  findGroupCoordinator(group: { groupId: string }): Promise<{
    leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown>;
  }>;
}

export interface ClusterOptions {
  readonly logger: Logger;
  readonly socketFactory: ISocketFactory;
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly retry: object;
}

export const loadRequestQueue = (): { readonly prototype: RequestQueueInternals } =>
  require('kafkajs/src/network/requestQueue/index.js');

export const loadCluster = (): (new (options: ClusterOptions) => ClusterInternals) =>
  require('kafkajs/src/cluster/index.js');

export const loadKafkajs = (): typeof import('kafkajs') => require('kafkajs');

// biome-ignore lint/suspicious/noExplicitAny: kafkajs' own functions, whose types are what their callers know.
type AnyFunction = (...args: any[]) => any;

/** Gives the modules that are loaded later another function in place of the one a kafkajs module exports. */
export function replaceExport(path: string, replacementFor: (original: AnyFunction) => AnyFunction): void {
  const file = require.resolve(`kafkajs/src/${path}`);
  const original: AnyFunction = require(file);
  const loaded = require.cache[file];
  if (loaded !== undefined && typeof original === 'function') loaded.exports = replacementFor(original);
}
