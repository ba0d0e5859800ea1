import { createKafkaBroker } from '@order-saga/messaging';
import { runProcess, stopInOrder } from '@order-saga/service-kit';
import { inventoryConfig } from './config.ts';
import { INVENTORY_TOPICS, startInventoryService } from './inventory-service.ts';

await runProcess('inventory-service', {
  configure: inventoryConfig,
  async start(config, log) {
    const broker = createKafkaBroker({
      brokers: config.KAFKA_BROKERS,
      clientId: config.INSTANCE_NAME,
      topics: INVENTORY_TOPICS,
      memberStateDir: config.STATE_DIR,
      log,
    });
    const service = await startInventoryService(config, { broker, log });
    log.info({ url: service.url }, 'the inventory service listens');
    return {
      stop: () =>
        stopInOrder([
          { name: 'the service', stop: () => service.stop() },
          { name: 'the broker', stop: () => broker.close() },
        ]),
    };
  },
});
