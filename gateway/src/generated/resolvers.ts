import type { OrderStatus } from '@order-saga/contracts';
import type { SagaStatus } from '@order-saga/contracts';
import type { TransitionKind as SagaStatusUpdateKind } from '@order-saga/contracts';
import type { PaymentStatus } from '@order-saga/contracts';
import type { PaymentMethod } from '@order-saga/contracts';
import type { Currency as CurrencyCode } from '@order-saga/contracts';
import type { OrderSort } from '@order-saga/contracts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { OrderView, OrderLine as OrderLineModel, SagaView, SagaStepView, PaymentView, ProductView, Money as MoneyModel } from '@order-saga/contracts';
import type { SagaStatusUpdate as SagaStatusUpdateModel } from '../saga-feed/course.ts';
import type { OrderUpdate as OrderUpdateModel } from '../order-feed/order-stream.ts';
import type { Principal } from '../auth/principal.ts';
import type { RequestContext } from '../pipeline/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type EnumResolverSignature<T, AllowedValues = any> = { [key in keyof T]?: AllowedValues };
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant as text: RFC 3339 with an offset, in UTC when it comes from the server, for example "2026-03-01T09:30:00.000Z". */
  DateTime: { input: string; output: string; }
  /** An exact decimal number as text, for example "99.90". Never a float. */
  Decimal: { input: string; output: string; }
};

/** Why an order is not cancelled. */
export type CancelOrderErrorCode =
  /** The reason is empty or too long. */
  | 'INVALID_REASON'
  /** The request id is not a UUID. */
  | 'INVALID_REQUEST_ID'
  /** There is no such order that you may see. */
  | 'ORDER_NOT_FOUND'
  /** The order is approved or about to be: it can no longer be undone. */
  | 'PAST_PIVOT';

/** An order to cancel. */
export type CancelOrderInput = {
  /** UUID of the order. */
  orderId: Scalars['ID']['input'];
  /** Why, for the record: 1 to 500 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** UUID drawn by the client: a repeat with the same one gets the same answer. By default a new one. */
  requestId?: InputMaybe<Scalars['ID']['input']>;
};

/** What `cancelOrder` answers. */
export type CancelOrderPayload = {
  __typename?: 'CancelOrderPayload';
  /** The order, in its present state; null when it cannot be cancelled. */
  order?: Maybe<Order>;
  /** What the caller can mend; empty when the order is being undone. */
  userErrors: Array<CancelOrderUserError>;
};

/** Why the order is not cancelled. */
export type CancelOrderUserError = UserError & {
  __typename?: 'CancelOrderUserError';
  /** Stable. */
  code: CancelOrderErrorCode;
  /** Path of the input field it is about, for example ["input", "orderId"]; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** For people. */
  message: Scalars['String']['output'];
};

/** Why nothing was ordered. */
export type CreateOrderErrorCode =
  /** `currency` and `expectedTotal` disagree. */
  | 'CURRENCY_MISMATCH'
  /** The product has no price in this currency. */
  | 'CURRENCY_NOT_SOLD'
  /** The key already made an order of something else. Use a new key for a new order. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The expected total is no positive amount of its currency. */
  | 'INVALID_AMOUNT'
  /** The customer's id is not a UUID. */
  | 'INVALID_CUSTOMER'
  /** The key is empty, too long or has characters that are not printable ASCII. */
  | 'INVALID_IDEMPOTENCY_KEY'
  /** The pieces of one product are fewer than 1 or more than 10,000. */
  | 'INVALID_QUANTITY'
  /** An order needs at least one line. */
  | 'NO_LINES'
  /** The order to be retried has been retried already: see its `retriedBy`. */
  | 'ORDER_ALREADY_RETRIED'
  /** The prices add up to another total than the expected one. Show it and ask again. */
  | 'PRICE_CHANGED'
  /** There is no such product. */
  | 'PRODUCT_UNKNOWN'
  /** The order to be retried is not cancelled, or not yet. */
  | 'RETRIED_ORDER_NOT_CANCELLED'
  /** The order to be retried does not exist, or is another customer's. */
  | 'RETRIED_ORDER_NOT_FOUND'
  /** An order has at most 50 different products. */
  | 'TOO_MANY_LINES'
  /** The total is more than one order may have. */
  | 'TOTAL_TOO_LARGE'
  /** This deployment cannot carry out such an order. */
  | 'UNSUPPORTED_ORDER';

/** An order to place. */
export type CreateOrderInput = {
  /** What to pay in. By default that of `expectedTotal`, else USD. */
  currency?: InputMaybe<CurrencyCode>;
  /** Whose order it is. By default the caller's; another's only where the caller may act for others, as in development. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** What the customer was shown. If the prices add up to something else, nothing is ordered: PRICE_CHANGED. */
  expectedTotal?: InputMaybe<MoneyInput>;
  /**
   * Drawn by the client, once per order that a person means to place, for example a UUID: 1 to 128 printable ASCII
   * characters. Sending the same key again answers the order it made, in its present state.
   */
  idempotencyKey: Scalars['String']['input'];
  /** 1 to 50; lines of one product are summed. */
  lines: Array<OrderLineInput>;
  /** How it is paid. By default CREDIT_CARD. */
  paymentMethod?: InputMaybe<PaymentMethod>;
  /**
   * A cancelled order of the same customer that this one is placed instead of; the two are linked for good. An order is
   * retried once: if its retry is cancelled too, retry that one.
   */
  retryOf?: InputMaybe<Scalars['ID']['input']>;
};

/** What `createOrder` answers. */
export type CreateOrderPayload = {
  __typename?: 'CreateOrderPayload';
  /** The order, in its present state; null when nothing was ordered. */
  order?: Maybe<Order>;
  /** What the caller can mend; empty when the order was accepted. */
  userErrors: Array<CreateOrderUserError>;
};

/** Why nothing was ordered. */
export type CreateOrderUserError = UserError & {
  __typename?: 'CreateOrderUserError';
  /** Stable. */
  code: CreateOrderErrorCode;
  /** Path of the input field it is about, for example ["input", "lines", "0", "quantity"]; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** For people. */
  message: Scalars['String']['output'];
};

export type { CurrencyCode };

/** Why something failed. */
export type Failure = {
  __typename?: 'Failure';
  /** Stable, in UPPER_SNAKE, for example INSUFFICIENT_INVENTORY. */
  code: Scalars['String']['output'];
  /** For people. */
  message: Scalars['String']['output'];
};

/** An amount in a currency. */
export type Money = {
  __typename?: 'Money';
  /** With the currency's full number of decimals: "99.90" USD, "100" JPY. */
  amount: Scalars['Decimal']['output'];
  /** The currency. */
  currencyCode: CurrencyCode;
};

/** An amount in a currency. */
export type MoneyInput = {
  /** At most as many decimals as the currency has; "99.9" and "99.90" are the same amount. */
  amount: Scalars['Decimal']['input'];
  /** The currency. */
  currencyCode: CurrencyCode;
};

/** What can be done. */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Asks for an order to be undone. Answers once that is decided for good; watch `sagaStatus` for the undoing itself.
   * An order that is approved, or about to be, is past undoing: `PAST_PIVOT`.
   */
  cancelOrder: CancelOrderPayload;
  /**
   * Places an order. It is accepted for good when this answers: its saga runs to an end whatever fails meanwhile.
   * A declined payment is no error here; the order then ends cancelled, with a reason.
   */
  createOrder: CreateOrderPayload;
};


/** What can be done. */
export type MutationCancelOrderArgs = {
  input: CancelOrderInput;
};


/** What can be done. */
export type MutationCreateOrderArgs = {
  input: CreateOrderInput;
};

/** Something with an id that is unique among all things with an id, as the Relay specification has it. */
export type Node = {
  /** UUID. */
  id: Scalars['ID']['output'];
};

/** An order. */
export type Order = Node & {
  __typename?: 'Order';
  /** When it was placed. */
  createdAt: Scalars['DateTime']['output'];
  /** UUID of the customer whose order it is. */
  customerId: Scalars['ID']['output'];
  /** Why it was cancelled, or is being cancelled; null while all is well. */
  failure?: Maybe<Failure>;
  /** UUID. */
  id: Scalars['ID']['output'];
  /** What was ordered, one line per product. */
  lines: Array<OrderLine>;
  /** Whether it takes longer than it should, so that somebody has to look after it. It still ends by itself if it can. */
  needsAttention: Scalars['Boolean']['output'];
  /** What became of the money; null before the first charge was tried, and while payments cannot be reached. */
  payment?: Maybe<Payment>;
  /** How it is paid. */
  paymentMethod: PaymentMethod;
  /** The order that was placed instead of this one after it was cancelled; null while there is none. */
  retriedBy?: Maybe<Order>;
  /** The cancelled order that this one was placed instead of; null for most. */
  retryOf?: Maybe<Order>;
  /** How it is being carried out; null for an order that another orchestrator carries out. */
  saga?: Maybe<Saga>;
  /** Where the order stands. */
  status: OrderStatus;
  /** What it costs: fixed when the order was placed. */
  total: Money;
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Grows by one with each change; the same number as in `sagaStatus`. */
  version: Scalars['Int']['output'];
};

/** A page of orders. */
export type OrderConnection = {
  __typename?: 'OrderConnection';
  /** The orders with their cursors. */
  edges: Array<OrderEdge>;
  /** Whether there are more, and where they begin. */
  pageInfo: PageInfo;
};

/** An order in a list. */
export type OrderEdge = {
  __typename?: 'OrderEdge';
  /** Where it stands in the list; opaque. */
  cursor: Scalars['String']['output'];
  /** The order. */
  node: Order;
};

/** Which orders: those that fulfil each part that is given. */
export type OrderFilter = {
  /** Placed at this instant or later. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Placed before this instant. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this customer. Another than yourself needs the role SUPPORT. */
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Whether somebody has to look after it, or not. */
  needsAttention?: InputMaybe<Scalars['Boolean']['input']>;
  /** In one of these states; an empty list finds none. */
  status?: InputMaybe<Array<OrderStatus>>;
};

/** One product of an order. */
export type OrderLine = {
  __typename?: 'OrderLine';
  /** The product; null when it is not known, and while products cannot be reached. */
  product?: Maybe<Product>;
  /** UUID of the product. */
  productId: Scalars['ID']['output'];
  /** How many pieces. */
  quantity: Scalars['Int']['output'];
};

/** One product of an order to place. */
export type OrderLineInput = {
  /** UUID of the product. */
  productId: Scalars['ID']['input'];
  /** 1 to 10,000. */
  quantity: Scalars['Int']['input'];
};

export type { OrderSort };

export type { OrderStatus };

/** An order that changed. */
export type OrderUpdate = {
  __typename?: 'OrderUpdate';
  /** Where this stream stands; opaque. Pass the last one on as `after` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The order as it is now. Null once, when everything up to `cursor` has been told: from then on what comes is news. */
  order?: Maybe<Order>;
};

/** About a page of a list, as the Relay connection specification has it. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last on this page; pass it as `after` to go on. Null when the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether this page came after another. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first on this page; null when it is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** What became of an order's money. */
export type Payment = {
  __typename?: 'Payment';
  /** What was to be charged. */
  amount: Money;
  /** What was charged. */
  captured: Money;
  /** Why the provider declined; null otherwise. */
  declineCode?: Maybe<Scalars['String']['output']>;
  /** What was given back. */
  refunded: Money;
  /** Where the payment stands. */
  status: PaymentStatus;
};

export type { PaymentMethod };

export type { PaymentStatus };

/** Something that can be bought. */
export type Product = Node & {
  __typename?: 'Product';
  /** UUID. */
  id: Scalars['ID']['output'];
  /** For people. */
  name: Scalars['String']['output'];
  /** One price per currency it is sold in. */
  prices: Array<Money>;
  /** How many there are. */
  stock: Stock;
};

/** A page of products. */
export type ProductConnection = {
  __typename?: 'ProductConnection';
  /** The products with their cursors. */
  edges: Array<ProductEdge>;
  /** Whether there are more, and where they begin. */
  pageInfo: PageInfo;
};

/** A product in a list. */
export type ProductEdge = {
  __typename?: 'ProductEdge';
  /** Where it stands in the list; opaque. */
  cursor: Scalars['String']['output'];
  /** The product. */
  node: Product;
};

/** What can be asked. */
export type Query = {
  __typename?: 'Query';
  /** The order or product with this id; null when there is none that you may see. */
  node?: Maybe<Node>;
  /** One order; null when there is none with this id that you may see. */
  order?: Maybe<Order>;
  /** Orders. A customer sees their own, support sees all. */
  orders: OrderConnection;
  /** One product; null when there is none with this id. */
  product?: Maybe<Product>;
  /** Products, by name, with live stock. */
  products: ProductConnection;
  /** Who is asking, as the gateway sees it. */
  viewer: Viewer;
};


/** What can be asked. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryOrderArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};


/** What can be asked. */
export type QueryProductArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryProductsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** What someone may do. */
export type Role =
  /** See, place and cancel their own orders. */
  | 'CUSTOMER'
  /** See every order, and act for every customer. */
  | 'SUPPORT';

/** The saga that carries out an order. */
export type Saga = {
  __typename?: 'Saga';
  /** When it began. */
  createdAt: Scalars['DateTime']['output'];
  /** The step that is under way; null at the end. */
  currentStep?: Maybe<Scalars['String']['output']>;
  /** Why it is undone; null while all is well. */
  failure?: Maybe<Failure>;
  /** UUID. */
  id: Scalars['ID']['output'];
  /** Where it stands. */
  status: SagaStatus;
  /** Its steps, in the order in which they are taken. */
  steps: Array<SagaStep>;
  /** When it last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** Grows by one with each change; the same number as the order's. */
  version: Scalars['Int']['output'];
};

export type { SagaStatus };

/** One change of an order, as a whole: it can be shown without knowing any other. */
export type SagaStatusUpdate = {
  __typename?: 'SagaStatusUpdate';
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** The step that is under way after this change; null at the end. */
  currentStep?: Maybe<Scalars['String']['output']>;
  /** Why the order is being undone, or was; null while all is well. */
  failure?: Maybe<Failure>;
  /** What happened. */
  kind: SagaStatusUpdateKind;
  /** UUID of the order. */
  orderId: Scalars['ID']['output'];
  /** Where the order stands after this change. */
  orderStatus: OrderStatus;
  /** UUID of its saga. */
  sagaId: Scalars['ID']['output'];
  /** Where the saga stands after this change. */
  sagaStatus: SagaStatus;
  /** The step that this change is about; null when it is about none. */
  step?: Maybe<Scalars['String']['output']>;
  /** 1, 2, 3 and so on, without a gap. */
  version: Scalars['Int']['output'];
};

export type { SagaStatusUpdateKind };

/** One step of a saga. */
export type SagaStep = {
  __typename?: 'SagaStep';
  /** How often it was asked for; more than one means that an answer was late or lost. */
  attempts: Scalars['Int']['output'];
  /** When it ended; null before. */
  endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was refused; null otherwise. */
  error?: Maybe<Failure>;
  /** For example ProcessPayment. */
  name: Scalars['String']['output'];
  /** When it began; null before. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it stands. */
  state: SagaStepState;
};

/** Where a step stands. */
export type SagaStepState =
  /** Done. */
  | 'COMPLETED'
  /** Not begun. */
  | 'PENDING'
  /** Refused; the saga is undone. */
  | 'REJECTED'
  /** Under way. */
  | 'RUNNING'
  /** Not needed. */
  | 'SKIPPED'
  /** Being undone. */
  | 'UNDOING'
  /** Undone. */
  | 'UNDONE';

/** How many pieces of a product there are. */
export type Stock = {
  __typename?: 'Stock';
  /** Free to be ordered. */
  available: Scalars['Int']['output'];
  /** Held for orders under way. */
  reserved: Scalars['Int']['output'];
  /** Gone to approved orders. */
  sold: Scalars['Int']['output'];
};

/** What can be watched. */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * A customer's orders as they change: your own, or for support those of `filter.customerId`. Begins with the orders that
   * are under way, or, with `after`, with every order that changed since; then each order that changes, as it is then.
   * Changes of one order that come close together are told once. Does not complete by itself.
   * To keep a list: subscribe, then read `orders`, and of each order keep what has the greater `version`.
   */
  orderUpdates: OrderUpdate;
  /**
   * The course of one order. Begins with its present state, or, with `afterVersion`, with every change after that version;
   * then every change in order, without gap or repetition; completes when the saga has ended.
   * After a broken connection, or an error with code SUBSCRIBER_TOO_SLOW, subscribe again with the last version you saw.
   */
  sagaStatus: SagaStatusUpdate;
};


/** What can be watched. */
export type SubscriptionOrderUpdatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
};


/** What can be watched. */
export type SubscriptionSagaStatusArgs = {
  afterVersion?: InputMaybe<Scalars['Int']['input']>;
  orderId: Scalars['ID']['input'];
};

/** Something the caller can mend. */
export type UserError = {
  /** Path of the input field it is about, for example ["input", "lines", "0", "quantity"]; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** For people. */
  message: Scalars['String']['output'];
};

/** Who is asking. */
export type Viewer = {
  __typename?: 'Viewer';
  /** UUID of the customer; null for someone who is none, as support staff may be. */
  customerId?: Maybe<Scalars['ID']['output']>;
  /** What they may do. */
  roles: Array<Role>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( OrderView )
    | ( ProductView )
  ;
  UserError:
    | ( CancelOrderUserError )
    | ( CreateOrderUserError )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CancelOrderErrorCode: CancelOrderErrorCode;
  CancelOrderInput: CancelOrderInput;
  CancelOrderPayload: ResolverTypeWrapper<Omit<CancelOrderPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  CancelOrderUserError: ResolverTypeWrapper<CancelOrderUserError>;
  CreateOrderErrorCode: CreateOrderErrorCode;
  CreateOrderInput: CreateOrderInput;
  CreateOrderPayload: ResolverTypeWrapper<Omit<CreateOrderPayload, 'order'> & { order?: Maybe<ResolversTypes['Order']> }>;
  CreateOrderUserError: ResolverTypeWrapper<CreateOrderUserError>;
  CurrencyCode: CurrencyCode;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Failure: ResolverTypeWrapper<Failure>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Money: ResolverTypeWrapper<MoneyModel>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  Order: ResolverTypeWrapper<OrderView>;
  OrderConnection: ResolverTypeWrapper<Omit<OrderConnection, 'edges'> & { edges: Array<ResolversTypes['OrderEdge']> }>;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderFilter: OrderFilter;
  OrderLine: ResolverTypeWrapper<OrderLineModel>;
  OrderLineInput: OrderLineInput;
  OrderSort: OrderSort;
  OrderStatus: OrderStatus;
  OrderUpdate: ResolverTypeWrapper<OrderUpdateModel>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Payment: ResolverTypeWrapper<PaymentView>;
  PaymentMethod: PaymentMethod;
  PaymentStatus: PaymentStatus;
  Product: ResolverTypeWrapper<ProductView>;
  ProductConnection: ResolverTypeWrapper<Omit<ProductConnection, 'edges'> & { edges: Array<ResolversTypes['ProductEdge']> }>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Role: Role;
  Saga: ResolverTypeWrapper<SagaView>;
  SagaStatus: SagaStatus;
  SagaStatusUpdate: ResolverTypeWrapper<SagaStatusUpdateModel>;
  SagaStatusUpdateKind: SagaStatusUpdateKind;
  SagaStep: ResolverTypeWrapper<SagaStepView>;
  SagaStepState: SagaStepState;
  Stock: ResolverTypeWrapper<ProductView>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['UserError']>;
  Viewer: ResolverTypeWrapper<Principal>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  CancelOrderInput: CancelOrderInput;
  CancelOrderPayload: Omit<CancelOrderPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  CancelOrderUserError: CancelOrderUserError;
  CreateOrderInput: CreateOrderInput;
  CreateOrderPayload: Omit<CreateOrderPayload, 'order'> & { order?: Maybe<ResolversParentTypes['Order']> };
  CreateOrderUserError: CreateOrderUserError;
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Failure: Failure;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Money: MoneyModel;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  Order: OrderView;
  OrderConnection: Omit<OrderConnection, 'edges'> & { edges: Array<ResolversParentTypes['OrderEdge']> };
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderFilter: OrderFilter;
  OrderLine: OrderLineModel;
  OrderLineInput: OrderLineInput;
  OrderUpdate: OrderUpdateModel;
  PageInfo: PageInfo;
  Payment: PaymentView;
  Product: ProductView;
  ProductConnection: Omit<ProductConnection, 'edges'> & { edges: Array<ResolversParentTypes['ProductEdge']> };
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  Query: Record<PropertyKey, never>;
  Saga: SagaView;
  SagaStatusUpdate: SagaStatusUpdateModel;
  SagaStep: SagaStepView;
  Stock: ProductView;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  UserError: ResolversInterfaceTypes<ResolversParentTypes>['UserError'];
  Viewer: Principal;
};

export type CancelOrderPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CancelOrderPayload'] = ResolversParentTypes['CancelOrderPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CancelOrderUserError']>, ParentType, ContextType>;
};

export type CancelOrderUserErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CancelOrderUserError'] = ResolversParentTypes['CancelOrderUserError']> = {
  code?: Resolver<ResolversTypes['CancelOrderErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateOrderPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateOrderPayload'] = ResolversParentTypes['CreateOrderPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['CreateOrderUserError']>, ParentType, ContextType>;
};

export type CreateOrderUserErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateOrderUserError'] = ResolversParentTypes['CreateOrderUserError']> = {
  code?: Resolver<ResolversTypes['CreateOrderErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CurrencyCodeResolvers = EnumResolverSignature<{ AUD?: any, CAD?: any, CHF?: any, EUR?: any, GBP?: any, JPY?: any, SEK?: any, USD?: any }, ResolversTypes['CurrencyCode']>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type FailureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelOrder?: Resolver<ResolversTypes['CancelOrderPayload'], ParentType, ContextType, RequireFields<MutationCancelOrderArgs, 'input'>>;
  createOrder?: Resolver<ResolversTypes['CreateOrderPayload'], ParentType, ContextType, RequireFields<MutationCreateOrderArgs, 'input'>>;
};

export type NodeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Order' | 'Product', ParentType, ContextType>;
};

export type OrderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['OrderLine']>, ParentType, ContextType>;
  needsAttention?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentMethod?: Resolver<ResolversTypes['PaymentMethod'], ParentType, ContextType>;
  retriedBy?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  retryOf?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  saga?: Resolver<Maybe<ResolversTypes['Saga']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type OrderLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderLine'] = ResolversParentTypes['OrderLine']> = {
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderSortResolvers = EnumResolverSignature<{ CREATED_ASC?: any, CREATED_DESC?: any, UPDATED_DESC?: any }, ResolversTypes['OrderSort']>;

export type OrderStatusResolvers = EnumResolverSignature<{ APPROVED?: any, CANCELLED?: any, CREATED?: any, PENDING?: any }, ResolversTypes['OrderStatus']>;

export type OrderUpdateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OrderUpdate'] = ResolversParentTypes['OrderUpdate']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  captured?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  declineCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
};

export type PaymentMethodResolvers = EnumResolverSignature<{ CREDIT_CARD?: any, TEST_APPROVE?: any, TEST_DECLINE?: any, TEST_LATE?: any, TEST_NEVER?: any }, ResolversTypes['PaymentMethod']>;

export type PaymentStatusResolvers = EnumResolverSignature<{ DECLINED?: any, PENDING?: any, PROCESSED?: any, REFUNDED?: any, VOIDED?: any }, ResolversTypes['PaymentStatus']>;

export type ProductResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  prices?: Resolver<Array<ResolversTypes['Money']>, ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Stock'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryOrderArgs, 'id'>>;
  orders?: Resolver<ResolversTypes['OrderConnection'], ParentType, ContextType, RequireFields<QueryOrdersArgs, 'first' | 'sort'>>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
  products?: Resolver<ResolversTypes['ProductConnection'], ParentType, ContextType, RequireFields<QueryProductsArgs, 'first'>>;
  viewer?: Resolver<ResolversTypes['Viewer'], ParentType, ContextType>;
};

export type SagaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Saga'] = ResolversParentTypes['Saga']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currentStep?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SagaStatus'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['SagaStep']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SagaStatusResolvers = EnumResolverSignature<{ COMPENSATED?: any, COMPENSATING?: any, COMPLETED?: any, FAILED?: any, IN_PROGRESS?: any, STARTED?: any }, ResolversTypes['SagaStatus']>;

export type SagaStatusUpdateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SagaStatusUpdate'] = ResolversParentTypes['SagaStatusUpdate']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currentStep?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SagaStatusUpdateKind'], ParentType, ContextType>;
  orderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orderStatus?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  sagaId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sagaStatus?: Resolver<ResolversTypes['SagaStatus'], ParentType, ContextType>;
  step?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SagaStatusUpdateKindResolvers = EnumResolverSignature<{ CANCEL_REQUESTED?: any, SAGA_STARTED?: any, STEP_COMPLETED?: any, STEP_REJECTED?: any, STEP_TIMED_OUT?: any, STEP_UNDONE?: any }, ResolversTypes['SagaStatusUpdateKind']>;

export type SagaStepResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SagaStep'] = ResolversParentTypes['SagaStep']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SagaStepState'], ParentType, ContextType>;
};

export type StockResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Stock'] = ResolversParentTypes['Stock']> = {
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reserved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sold?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  orderUpdates?: SubscriptionResolver<ResolversTypes['OrderUpdate'], "orderUpdates", ParentType, ContextType, Partial<SubscriptionOrderUpdatesArgs>>;
  sagaStatus?: SubscriptionResolver<ResolversTypes['SagaStatusUpdate'], "sagaStatus", ParentType, ContextType, RequireFields<SubscriptionSagaStatusArgs, 'orderId'>>;
};

export type UserErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType: TypeResolveFn<'CancelOrderUserError' | 'CreateOrderUserError', ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  customerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  CancelOrderPayload?: CancelOrderPayloadResolvers<ContextType>;
  CancelOrderUserError?: CancelOrderUserErrorResolvers<ContextType>;
  CreateOrderPayload?: CreateOrderPayloadResolvers<ContextType>;
  CreateOrderUserError?: CreateOrderUserErrorResolvers<ContextType>;
  CurrencyCode?: CurrencyCodeResolvers;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Failure?: FailureResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  OrderLine?: OrderLineResolvers<ContextType>;
  OrderSort?: OrderSortResolvers;
  OrderStatus?: OrderStatusResolvers;
  OrderUpdate?: OrderUpdateResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  PaymentMethod?: PaymentMethodResolvers;
  PaymentStatus?: PaymentStatusResolvers;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Saga?: SagaResolvers<ContextType>;
  SagaStatus?: SagaStatusResolvers;
  SagaStatusUpdate?: SagaStatusUpdateResolvers<ContextType>;
  SagaStatusUpdateKind?: SagaStatusUpdateKindResolvers;
  SagaStep?: SagaStepResolvers<ContextType>;
  Stock?: StockResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
};

