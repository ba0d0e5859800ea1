import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphqlSchemaFile } from '@order-saga/contracts';
import type { GraphQLScalarType, GraphQLSchema } from 'graphql';
import {
  OrderSort,
  OrderStatus,
  PaymentMethod,
  PaymentStatus,
  SagaStatus,
  SagaStatusUpdateKind,
  SagaStepState,
} from '../resolvers/enums.ts';
import { Money } from '../resolvers/money.ts';
import { Mutation } from '../resolvers/mutation.ts';
import { Node } from '../resolvers/node.ts';
import { Order, OrderLine, Payment } from '../resolvers/order.ts';
import { Product } from '../resolvers/product.ts';
import { Query } from '../resolvers/query.ts';
import { SagaStatusUpdate } from '../resolvers/saga-status-update.ts';
import { Subscription } from '../resolvers/subscription.ts';
import { Viewer } from '../resolvers/viewer.ts';
import { DateTime, Decimal } from './scalars.ts';

/** The schema of `contracts` with what answers each of its fields; a field without a resolver is the value's own. */
export const createSchema = (): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: readFileSync(graphqlSchemaFile, 'utf8'),
    resolvers: {
      Query,
      Mutation,
      Subscription,
      Viewer,
      Node,
      Order,
      OrderLine,
      Payment,
      Product,
      Money,
      SagaStatusUpdate,
      OrderStatus,
      OrderSort,
      SagaStatus,
      SagaStepState,
      SagaStatusUpdateKind,
      PaymentMethod,
      PaymentStatus,
      DateTime: asDescribed(DateTime),
      Decimal: asDescribed(Decimal),
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });

/** What a scalar does, without what it says of itself: that stands in the schema. */
const asDescribed = ({ serialize, parseValue, parseLiteral }: GraphQLScalarType) => ({
  __serialize: serialize,
  __parseValue: parseValue,
  __parseLiteral: parseLiteral,
});
