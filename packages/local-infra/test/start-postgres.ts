import { startPostgres } from '../src/index.ts';

/** A launcher to be killed: starts a server, says where it is, and waits for the end. */
const server = await startPostgres({ dataDir: process.argv[2] ?? '', fsync: false });
console.log(JSON.stringify({ pid: server.pid, port: server.port }));
setInterval(() => undefined, 60_000);
