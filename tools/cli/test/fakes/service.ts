import { appendFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** Stands in for a service: ready at once, tells its environment, and notes in STATE_DIR when it drains. */
const { PORT, STATE_DIR = '', FAKE_FAILS_ON_PORT, FAKE_NEVER_DRAINS, FAKE_NEVER_READY_ON_PORT } = process.env;
const { FAKE_FAILS_AS = '', INSTANCE_NAME } = process.env;
if (PORT === FAKE_FAILS_ON_PORT || INSTANCE_NAME === FAKE_FAILS_AS) {
  console.error('the fake was told to fail');
  process.exit(3);
}
const server = createServer((request, response) => {
  if (PORT === FAKE_NEVER_READY_ON_PORT) response.statusCode = 503;
  response.end(request.url === '/env' ? JSON.stringify(process.env) : 'ok');
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  if (FAKE_NEVER_DRAINS) return;
  mkdirSync(STATE_DIR, { recursive: true });
  appendFileSync(join(STATE_DIR, 'drained'), `${PORT}\n`);
  process.exit(0);
});
