export { type OrderServiceConfig, readOrderConfig } from './config.ts';
export { migrateOrders } from './migrate.ts';
export { type OrderServiceParts, startOrderService } from './order-service.ts';
