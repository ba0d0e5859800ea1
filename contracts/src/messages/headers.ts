/**
 * CloudEvents 1.0, Kafka binary mode (cloudevents.io, Kafka protocol binding 1.0.2): attributes as `ce_` headers.
 * `correlationid` is the saga's id; `causationid` the message that led to this one.
 */
export interface MessageMeta {
  readonly id: string;
  readonly type: string;
  readonly source: 'order-service' | 'payment-service' | 'inventory-service';
  readonly time: string;
  readonly sagaId: string;
  readonly causationId?: string | undefined;
  /** W3C Trace Context, passed on from the request that began the saga. */
  readonly traceparent?: string | undefined;
}

export function encodeHeaders(meta: MessageMeta): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: meta.id,
    ce_type: meta.type,
    ce_source: meta.source,
    ce_time: meta.time,
    ce_correlationid: meta.sagaId,
    'content-type': 'application/json',
  };
  if (meta.causationId !== undefined) headers.ce_causationid = meta.causationId;
  if (meta.traceparent !== undefined) headers.traceparent = meta.traceparent;
  return headers;
}
