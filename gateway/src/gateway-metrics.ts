import type { Metrics } from '@order-saga/service-kit';
import type { CallOutcome, PeerName } from './services/peer.ts';

/** What the gateway counts. */
export interface GatewayMetrics {
  onCall(name: PeerName, outcome: CallOutcome): void;
  onRetry(name: PeerName): void;
  onError(code: string): void;
  onUnreadableEvent(): void;
  onForgedEvent(cause: string): void;
  /** Read when metrics are read. */
  watch(sizes: {
    connections: () => number;
    streams: () => number;
    watchedOrders: () => number;
    watchedCustomers: () => number;
  }): void;
  /** An operation was executed whose document is none of the trusted ones. */
  onUntrustedDocument(): void;
}

export function gatewayMetrics(metrics: Metrics): GatewayMetrics {
  const calls = metrics.counter('gateway_service_calls_total', 'Calls of the services behind, by outcome', [
    'peer',
    'outcome',
  ]);
  const retries = metrics.counter(
    'gateway_service_retries_total',
    'Calls sent again, to another replica or later, after one was not reached',
    ['peer'],
  );
  const errors = metrics.counter('gateway_errors_total', 'Errors that clients were told, by code', ['code']);
  const unreadable = metrics.counter('gateway_unreadable_events_total', 'Order events that did not decode');
  const forged = metrics.counter(
    'forged_messages_total',
    'Order events that none of our keys has signed, by cause',
    ['cause'],
  );
  const untrusted = metrics.counter(
    'gateway_untrusted_documents_total',
    'Operations whose document is none of the trusted ones',
  );
  return {
    onCall: (peer, outcome) => calls.inc({ peer, outcome }),
    onRetry: (peer) => retries.inc({ peer }),
    onError: (code) => errors.inc({ code }),
    onUnreadableEvent: () => unreadable.inc(),
    onForgedEvent: (cause) => forged.inc({ cause }),
    onUntrustedDocument: () => untrusted.inc(),
    watch({ connections, streams, watchedOrders, watchedCustomers }) {
      metrics.gauge('gateway_websockets', 'Open WebSocket connections', {
        collect: (gauge) => gauge.set(connections()),
      });
      metrics.gauge('gateway_event_streams', 'Open event streams', {
        collect: (gauge) => gauge.set(streams()),
      });
      metrics.gauge('gateway_watched_orders', 'Orders that somebody watches', {
        collect: (gauge) => gauge.set(watchedOrders()),
      });
      metrics.gauge('gateway_watched_customers', 'Customers whose list of orders somebody watches', {
        collect: (gauge) => gauge.set(watchedCustomers()),
      });
    },
  };
}
