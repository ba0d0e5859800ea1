/** What simulation composes and looks at; the service's own door is `index.ts`. */
export { inventoryDecider } from './commands/inventory-decider.ts';
export type { InventoryMessage } from './commands/inventory-message.ts';
export { inventoryTurnSql } from './commands/turn-sql.ts';
export { type InventoryCoreConfig, inventoryPipeline } from './inventory-core.ts';
export { requestRestock } from './restock/request-restock.ts';
export type { InventoryState } from './stock/inventory-state.ts';
