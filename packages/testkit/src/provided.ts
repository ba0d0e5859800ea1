/** What the global set-ups hand to the test files. */
export type ProvidedKafka =
  | { readonly available: true; readonly brokers: readonly string[] }
  | { readonly available: false; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    postgresAdminUrl: string;
    kafka: ProvidedKafka;
  }
}
