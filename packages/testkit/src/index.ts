export { freePort } from '@order-saga/local-infra';
export { createDatabase, type TestDatabase } from './databases.ts';
export { type EventuallyOptions, eventually } from './eventually.ts';
export { ISSUER, keyServer, type SigningKey, signingKey, trusting } from './issuer.ts';
export { describeWithKafka, kafkaForTests } from './kafka.ts';
export { uniqueName } from './unique-name.ts';
