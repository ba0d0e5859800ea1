/** In CI every suite must run; elsewhere one that needs Kafka may be skipped by name. */
export const isContinuousIntegration = (): boolean => process.env.CI === 'true';
