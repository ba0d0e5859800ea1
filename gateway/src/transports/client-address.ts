import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

export type AddressOf = (request: IncomingMessage) => string;

/** Who is at the other end; `X-Forwarded-For` is believed only where it comes through these proxies. */
export function clientAddress(trustedProxies: readonly string[]): AddressOf {
  const trust = proxyAddress.compile([...trustedProxies]);
  return (request) => proxyAddress(request, trust) ?? '';
}
