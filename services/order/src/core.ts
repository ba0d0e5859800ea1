/** What simulation composes and looks at; the service's own door is `index.ts`. */
export { type AdmissionStore, admissionStore } from './admission/admission-store.ts';
export { readSaga, type SagaColumns } from './orchestrator/columns.ts';
export type { OrderMessage } from './orchestrator/messages.ts';
export { orchestrator } from './orchestrator/orchestrator.ts';
export type { Observation, OrderState } from './orchestrator/rows.ts';
export { type OrderCore, type OrderCoreConfig, orderCore, orderTurnSql } from './order-core.ts';
export type { OrderLookups, OrderRequest } from './orders/order-desk.ts';
export { orderView } from './orders/views.ts';
export { placeOrderSaga } from './place-order/place-order.saga.ts';
export { type WakeUpStore, wakeUpStore } from './wake-ups/wake-up-store.ts';
