import type { InventoryCoreConfig } from '@order-saga/inventory-service/core';
import type { OrderCoreConfig } from '@order-saga/order-service/core';
import type { PaymentCoreConfig } from '@order-saga/payment-service/core';

/**
 * The services' settings in a world. Their waits are shorter than in operation, in the same proportions, so that a world
 * comes to rest within seconds of its time; each virtual second costs a poll of everything that is polled.
 */
export const orderSettings = (placement: 'local' | 'kafka', maxInFlight: number): OrderCoreConfig => ({
  ORDER_PARTICIPANT: placement,
  PAYMENT_PARTICIPANT: 'ours',
  INVENTORY_PARTICIPANT: 'ours',
  ATTEMPT_TIMEOUT_MS: 700,
  MAX_ATTEMPT_TIMEOUT_MS: 3_000,
  STEP_DEADLINE_MS: 3_500,
  ATTENTION_AFTER_MS: 3_000,
  MAX_SAGAS_IN_FLIGHT: maxInFlight,
  RESENDS_PER_SECOND: 20,
  LANES: 2,
  BATCH_CAP: 500,
});

export const paymentSettings = (instance: string): PaymentCoreConfig => ({
  INSTANCE_NAME: instance,
  LANES: 2,
  BATCH_CAP: 500,
  PROVIDER_SLOTS: 8,
  PROVIDER_UNDO_SLOTS: 4,
  PROVIDER_CALL_TIMEOUT_MS: 800,
  PROVIDER_KEY_LIFETIME_HOURS: 24,
  LEASE_MS: 1_200,
  LEASE_MAX_MS: 5_000,
  LEASE_SWEEP_MS: 1_000,
  COMMAND_HORIZON_HOURS: 24,
});

export const inventorySettings: InventoryCoreConfig = {
  LANES: 2,
  BATCH_CAP: 500,
  COMMAND_HORIZON_MS: 24 * 3_600_000,
};

/** Clients and operators of a world wait so long for an answer before they ask somebody else. */
export const CLIENT_PATIENCE_MS = 2_500;
