import { runProcess } from '@order-saga/service-kit';
import { readOrderConfig } from './config.ts';
import { startOrderService } from './order-service.ts';

await runProcess('order', { configure: readOrderConfig, start: startOrderService });
