import { readFile } from 'node:fs/promises';
import { CURRENCIES } from '@order-saga/contracts';
import { type GraphQLEnumType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { generateResolverTypes } from '../codegen.ts';
import { createSchema } from '../src/schema/executable.ts';

test('src/generated is what the schema generates; otherwise run `npm run codegen -w gateway`', async () => {
  const { file, content } = await generateResolverTypes();
  expect(await readFile(file, 'utf8')).toBe(content);
});

test('every type, field, argument and enum value of the schema is described', () => {
  const undescribed: string[] = [];
  const look = (name: string, { description }: { description?: string | null | undefined }) => {
    if (!description) undescribed.push(name);
  };
  for (const type of Object.values(createSchema().getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      look(`${type.name}.${field.name}`, field);
      for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
    }
  }
  expect(undescribed).toEqual([]);
});

test('the schema knows exactly the currencies that orders may have', () => {
  const type = createSchema().getType('CurrencyCode') as GraphQLEnumType;
  expect(type.getValues().map(({ name }) => name)).toEqual(Object.keys(CURRENCIES));
});

test('every enum value stands for what the services call it', () => {
  const schema = createSchema();
  for (const name of [
    'OrderStatus',
    'SagaStatus',
    'SagaStepState',
    'SagaStatusUpdateKind',
    'PaymentMethod',
    'PaymentStatus',
  ]) {
    const type = schema.getType(name) as GraphQLEnumType;
    for (const { name: spelled, value } of type.getValues()) {
      expect(spelled.replaceAll('_', '').toLowerCase()).toBe(String(value).replaceAll('_', '').toLowerCase());
      expect(value).not.toBe(spelled);
    }
  }
});
