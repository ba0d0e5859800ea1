import { commaList, type Environment, readConfig, serviceSettings, setting } from '@order-saga/service-kit';
import { z } from 'zod';

/** The environment of the jobs and of the doors: the only reader of `process.env` here. */

const { DATABASE_URL, KAFKA_BROKERS, LOG_LEVEL, HOST } = serviceSettings({
  port: 0,
  instanceName: 'deployment',
});

const password = (variable: string) =>
  setting(z.string().min(16, 'must have 16 characters or more'), {
    remedy: `set it to a secret of its own, the one in the DATABASE_URL that uses it; ${variable} has no default`,
    secret: true,
  });

const databasesSchema = z.object({
  /** A role that may create roles and databases; the services never see it. */
  ADMIN_DATABASE_URL: DATABASE_URL,
  ORDERS_DB_PASSWORD: password('ORDERS_DB_PASSWORD'),
  PAYMENTS_DB_PASSWORD: password('PAYMENTS_DB_PASSWORD'),
  INVENTORY_DB_PASSWORD: password('INVENTORY_DB_PASSWORD'),
  LOG_LEVEL,
});
export type DatabasesConfig = z.output<typeof databasesSchema>;

const door = /^(?<port>\d{1,5})=(?<name>[\w.-]+):(?<targetPort>\d{1,5})$/;

const doorsSchema = z.object({
  HOST,
  LOG_LEVEL,
  DOORS: setting(
    commaList
      .refine(
        (doors) => doors.length > 0 && doors.every((text) => door.test(text)),
        'must be a list of PORT=NAME:PORT',
      )
      .transform((doors) =>
        doors.map((text) => {
          const { port, name = '', targetPort } = door.exec(text)?.groups ?? {};
          return { port: Number(port), name, targetPort: Number(targetPort) };
        }),
      ),
    { remedy: 'set it to what each port leads to, as in 3001=order:3001' },
  ),
});
export type DoorsConfig = z.output<typeof doorsSchema>;

const topicsSchema = z.object({ KAFKA_BROKERS, LOG_LEVEL });
export type TopicsConfig = z.output<typeof topicsSchema>;

export const readDatabasesConfig = (env: Environment = process.env): DatabasesConfig =>
  readConfig(databasesSchema, env);

export const readTopicsConfig = (env: Environment = process.env): TopicsConfig =>
  readConfig(topicsSchema, env);

export const readDoorsConfig = (env: Environment = process.env): DoorsConfig => readConfig(doorsSchema, env);
