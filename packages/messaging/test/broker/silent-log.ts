import type { BrokerLog } from '../../src/kafka/index.ts';

export const silentLog: BrokerLog = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps what an operator would see. */
export function recordingLog() {
  const lines: string[] = [];
  const log: BrokerLog = {
    debug() {},
    info: (_, text) => void lines.push(`info ${text}`),
    warn: (_, text) => void lines.push(`warn ${text}`),
    error: (_, text) => void lines.push(`error ${text}`),
  };
  return { log, lines };
}
