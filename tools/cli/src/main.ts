import { COMMANDS } from './commands.ts';

/** `npm run <command> -- …` and `npm start`, `npm test` all arrive here; the exit code is the command's answer. */
const [name = 'help', ...args] = process.argv.slice(2);
const command = COMMANDS[name];

if (command === undefined) {
  const known = Object.entries(COMMANDS).map(([key, { says }]) => `  ${key.padEnd(8)} ${says}`);
  console.error([`There is no command '${name}'. The commands are:`, ...known].join('\n'));
  process.exitCode = 1;
} else {
  try {
    const { run } = await command.load();
    process.exitCode = await run(args);
  } catch (error) {
    // A message that was written for a person is printed alone; anything else is a defect and shows where.
    const expected = error instanceof Error && 'code' in error && !('errno' in error);
    console.error(expected ? error.message : error);
    process.exitCode = 1;
  }
}
