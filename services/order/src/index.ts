export { type OrderServiceConfig, readOrderConfig } from './config.ts';
export { type OrderServiceParts, startOrderService } from './order-service.ts';
export { openOrdersDatabase } from './schema/database.ts';
