export { type InventoryConfig, inventoryConfig } from './config.ts';
export { INVENTORY_TOPICS, type InventoryService, startInventoryService } from './inventory-service.ts';
export { addDemoProducts, DEMO_PRODUCTS } from './products/demo-products.ts';
export { openInventoryOrm } from './schema/orm.ts';
