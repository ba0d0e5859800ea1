import { ALL_TOPICS } from '@order-saga/contracts';
import { readGatewayConfig, startGateway } from '@order-saga/gateway';
import { inventoryConfig, startInventoryService } from '@order-saga/inventory-service';
import { createMemoryBroker } from '@order-saga/messaging/transport';
import { readOrderConfig, startOrderService } from '@order-saga/order-service';
import { readPaymentConfig, startPaymentService } from '@order-saga/payment-service';
import { type Running, runProcess, type StopStep, stopInOrder } from '@order-saga/service-kit';
import { environmentWithin } from './config.ts';

/**
 * All services on one in-process broker, for a machine without Kafka. They are composed as in their own processes;
 * what the broker forgets when the process ends, the orchestrator sends again.
 */
await runProcess('all', {
  configure: () => ({
    order: readOrderConfig(environmentWithin('order')),
    payment: readPaymentConfig(environmentWithin('payment')),
    inventory: inventoryConfig(environmentWithin('inventory')),
    gateway: readGatewayConfig(environmentWithin('gateway')),
    LOG_LEVEL: readOrderConfig(environmentWithin('order')).LOG_LEVEL,
  }),
  async start({ order, payment, inventory, gateway }, log) {
    const broker = createMemoryBroker();
    await broker.ensureTopics(ALL_TOPICS);
    const logOf = (service: string) => log.child({ service });
    const started: StopStep[] = [{ name: 'broker', stop: () => broker.close() }];
    const keep = (name: string, running: Running) => started.unshift({ name, stop: () => running.stop() });

    keep('inventory', await startInventoryService(inventory, { broker, log: logOf('inventory') }));
    keep('payment', await startPaymentService(payment, { broker, log: logOf('payment') }));
    keep('order', await startOrderService(order, logOf('order'), { broker }));
    keep('gateway', await startGateway(gateway, { broker, log: logOf('gateway') }));
    return { stop: () => stopInOrder(started) };
  },
});
