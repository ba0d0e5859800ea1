import { TOPICS } from '@order-saga/contracts';
import { createKafkaBroker } from '@order-saga/messaging';
import { runProcess } from '@order-saga/service-kit';
import { readPaymentConfig } from './config.ts';
import { startPaymentService } from './payment-service.ts';

await runProcess('payment', {
  configure: readPaymentConfig,
  async start(config, log) {
    const broker = createKafkaBroker({
      brokers: config.KAFKA_BROKERS,
      clientId: config.INSTANCE_NAME,
      topics: [TOPICS.paymentCommands, TOPICS.paymentEvents, TOPICS.orderReplies],
      memberStateDir: config.STATE_DIR,
      log,
    });
    const service = await startPaymentService(config, { broker, log });
    log.info({ url: service.url }, 'listening');
    return {
      async stop() {
        await service.stop();
        await broker.close();
      },
    };
  },
});
