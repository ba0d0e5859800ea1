export interface PostgresTuning {
  /** Off only for tests that never look at what survives a power cut. */
  readonly fsync: boolean;
}

/** Loopback only, passwords only, and room for four services' pools beside operators' sessions. */
export function postgresSettings(port: number, { fsync }: PostgresTuning): readonly string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: 300,
    shared_buffers: '256MB',
    work_mem: '8MB',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    checkpoint_completion_target: 0.9,
    // Hot tables (outbox, inbox) live and die quickly: vacuum them before they bloat.
    autovacuum_vacuum_scale_factor: 0.05,
    autovacuum_naptime: '15s',
    log_min_messages: 'warning',
    log_line_prefix: '%m [%p] %d ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    // Commits are written out in either case, so they survive kill -9; fsync is for the power cut.
    fsync: fsync ? 'on' : 'off',
    full_page_writes: fsync ? 'on' : 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
