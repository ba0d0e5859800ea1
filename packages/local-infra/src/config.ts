/** The one place where this package reads its environment: PATH, JAVA_HOME, XDG_CACHE_HOME, CI. */
export const environment: NodeJS.ProcessEnv = process.env;
