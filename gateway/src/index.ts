export { type GatewayConfig, readGatewayConfig } from './config.ts';
export { type GatewayParts, type RunningGateway, startGateway } from './main.ts';
