/** Where a crash test and the processes it watches leave word for each other. Set in crash tests only. */
export const crashFolder = (env: NodeJS.ProcessEnv = process.env): string | undefined => env.CRASH_POINTS_DIR;
