import { connect } from 'node:net';

const API_VERSIONS = 18;
const CORRELATION_ID = 1;

/**
 * Asks the broker for the protocol versions it speaks, the first request of every Kafka client: a broker accepts
 * connections before it answers requests, so an open port alone does not mean ready.
 */
export function kafkaAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => socket.write(apiVersionsRequest()));
    socket.once('data', (data: Buffer) =>
      finish(data.length >= 10 && data.readInt32BE(4) === CORRELATION_ID),
    );
  });
}

/** size, api key, api version 0, correlation id, null client id. */
function apiVersionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  return request;
}
