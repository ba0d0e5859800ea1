import { inForeground } from '../../src/start.ts';

/** `npm start` with stand-ins, for tests that signal it; the options come as JSON. */
process.exitCode = await inForeground(JSON.parse(process.argv[2] ?? '{}'));
