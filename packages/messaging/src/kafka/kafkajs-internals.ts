import { createRequire } from 'node:module';
import type { ISocketFactory, Logger } from 'kafkajs';

/**
 * The two parts of kafkajs 2.2.4 that its public interface does not offer: the request queue, whose timer is
 * patched, and the cluster, which alone can send a LeaveGroup for a member that is not this process.
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

export const RequestQueue: {
  readonly prototype: RequestQueueInternals;
} = require('kafkajs/src/network/requestQueue/index.js');

export const Cluster: new (
  options: ClusterOptions,
) => ClusterInternals = require('kafkajs/src/cluster/index.js');
