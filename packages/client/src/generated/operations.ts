/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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
  readonly orderId: string;
  /** Why, for the record: 1 to 500 characters. */
  readonly reason?: string | null | undefined;
  /** UUID drawn by the client: a repeat with the same one gets the same answer. By default a new one. */
  readonly requestId?: string | null | undefined;
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
  readonly currency?: CurrencyCode | null | undefined;
  /** Whose order it is. By default the caller's; another's only where the caller may act for others, as in development. */
  readonly customerId?: string | null | undefined;
  /** What the customer was shown. If the prices add up to something else, nothing is ordered: PRICE_CHANGED. */
  readonly expectedTotal?: MoneyInput | null | undefined;
  /**
   * Drawn by the client, once per order that a person means to place, for example a UUID: 1 to 128 printable ASCII
   * characters. Sending the same key again answers the order it made, in its present state.
   */
  readonly idempotencyKey: string;
  /** 1 to 50; lines of one product are summed. */
  readonly lines: ReadonlyArray<OrderLineInput>;
  /** How it is paid. By default CREDIT_CARD. */
  readonly paymentMethod?: PaymentMethod | null | undefined;
  /**
   * A cancelled order of the same customer that this one is placed instead of; the two are linked for good. An order is
   * retried once: if its retry is cancelled too, retry that one.
   */
  readonly retryOf?: string | null | undefined;
};

/** ISO 4217. */
export type CurrencyCode =
  /** Australian dollar, two decimals. */
  | 'AUD'
  /** Canadian dollar, two decimals. */
  | 'CAD'
  /** Swiss franc, two decimals. */
  | 'CHF'
  /** Euro, two decimals. */
  | 'EUR'
  /** Pound sterling, two decimals. */
  | 'GBP'
  /** Japanese yen, no decimals. */
  | 'JPY'
  /** Swedish krona, two decimals. */
  | 'SEK'
  /** United States dollar, two decimals. */
  | 'USD';

/** An amount in a currency. */
export type MoneyInput = {
  /** At most as many decimals as the currency has; "99.9" and "99.90" are the same amount. */
  readonly amount: string;
  /** The currency. */
  readonly currencyCode: CurrencyCode;
};

/** Which orders: those that fulfil each part that is given. */
export type OrderFilter = {
  /** Placed at this instant or later. */
  readonly createdFrom?: string | null | undefined;
  /** Placed before this instant. */
  readonly createdTo?: string | null | undefined;
  /** Of this customer. Another than yourself needs the role SUPPORT. */
  readonly customerId?: string | null | undefined;
  /** Whether somebody has to look after it, or not. */
  readonly needsAttention?: boolean | null | undefined;
  /** In one of these states; an empty list finds none. */
  readonly status?: ReadonlyArray<OrderStatus> | null | undefined;
};

/** One product of an order to place. */
export type OrderLineInput = {
  /** UUID of the product. */
  readonly productId: string;
  /** 1 to 10,000. */
  readonly quantity: number;
};

/** How a list of orders is sorted. */
export type OrderSort =
  /** Oldest first. */
  | 'CREATED_ASC'
  /** Newest first. */
  | 'CREATED_DESC'
  /** Latest changed first. An order that changes while you page moves to the front, where you have been already. */
  | 'UPDATED_DESC';

/** Where an order stands. */
export type OrderStatus =
  /** Paid and reserved: it will be delivered. Stays so for ever. */
  | 'APPROVED'
  /** Undone; whatever was paid is given back. Stays so for ever. */
  | 'CANCELLED'
  /** Created; payment and stock are under way, or being undone. */
  | 'CREATED'
  /** Accepted, not yet created. */
  | 'PENDING';

/** How an order is paid. The TEST_ methods make the simulated payment provider behave in a known way. */
export type PaymentMethod =
  /** By credit card; the simulated provider declines a share of them. */
  | 'CREDIT_CARD'
  /** Always approved. */
  | 'TEST_APPROVE'
  /** Always declined. */
  | 'TEST_DECLINE'
  /** Approved, but late: the charge is asked for more than once. */
  | 'TEST_LATE'
  /** Never answered: the order is undone when its deadline passes. */
  | 'TEST_NEVER';

/** Where a payment stands. */
export type PaymentStatus =
  /** Declined by the provider; nothing was charged. */
  | 'DECLINED'
  /** The provider has not answered yet. */
  | 'PENDING'
  /** Charged. */
  | 'PROCESSED'
  /** Charged and given back. */
  | 'REFUNDED'
  /** Taken back before the charge became final. */
  | 'VOIDED';

/** What someone may do. */
export type Role =
  /** See, place and cancel their own orders. */
  | 'CUSTOMER'
  /** See every order, and act for every customer. */
  | 'SUPPORT';

/** Where a saga stands. */
export type SagaStatus =
  /** Everything was undone. Final. */
  | 'COMPENSATED'
  /** What was done is being undone. */
  | 'COMPENSATING'
  /** Every step was taken. Final. */
  | 'COMPLETED'
  /** Given up by an operator. Final. */
  | 'FAILED'
  /** Its steps are being taken. */
  | 'IN_PROGRESS'
  /** Accepted. */
  | 'STARTED';

/** What happened to an order. */
export type SagaStatusUpdateKind =
  /** Someone asked for the order to be undone. */
  | 'CANCEL_REQUESTED'
  /** It was accepted. */
  | 'SAGA_STARTED'
  /** A step was done. */
  | 'STEP_COMPLETED'
  /** A step was refused; what was done is undone. */
  | 'STEP_REJECTED'
  /** A step stayed silent too long; what was done is undone. */
  | 'STEP_TIMED_OUT'
  /** A step was undone. */
  | 'STEP_UNDONE';

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

export type MoneyPartsFragment = { readonly amount: string, readonly currencyCode: CurrencyCode };

export type FailurePartsFragment = { readonly code: string, readonly message: string };

export type OrderSummaryFragment = { readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null };

export type OrderDetailsFragment = { readonly customerId: string, readonly paymentMethod: PaymentMethod, readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly retryOf: { readonly id: string } | null, readonly retriedBy: { readonly id: string } | null, readonly payment: { readonly status: PaymentStatus, readonly declineCode: string | null, readonly captured: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly refunded: { readonly amount: string, readonly currencyCode: CurrencyCode } } | null, readonly saga: { readonly id: string, readonly status: SagaStatus, readonly currentStep: string | null, readonly updatedAt: string, readonly steps: ReadonlyArray<{ readonly name: string, readonly state: SagaStepState, readonly attempts: number, readonly startedAt: string | null, readonly endedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }> } | null, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null };

export type OrderQueryVariables = Exact<{
  id: string;
}>;


export type OrderQuery = { readonly order: { readonly customerId: string, readonly paymentMethod: PaymentMethod, readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly retryOf: { readonly id: string } | null, readonly retriedBy: { readonly id: string } | null, readonly payment: { readonly status: PaymentStatus, readonly declineCode: string | null, readonly captured: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly refunded: { readonly amount: string, readonly currencyCode: CurrencyCode } } | null, readonly saga: { readonly id: string, readonly status: SagaStatus, readonly currentStep: string | null, readonly updatedAt: string, readonly steps: ReadonlyArray<{ readonly name: string, readonly state: SagaStepState, readonly attempts: number, readonly startedAt: string | null, readonly endedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }> } | null, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null } | null };

export type OrdersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: OrderFilter | null | undefined;
  sort?: OrderSort | null | undefined;
}>;


export type OrdersQuery = { readonly orders: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type PlaceOrderMutationVariables = Exact<{
  input: CreateOrderInput;
}>;


export type PlaceOrderMutation = { readonly createOrder: { readonly order: { readonly customerId: string, readonly paymentMethod: PaymentMethod, readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly retryOf: { readonly id: string } | null, readonly retriedBy: { readonly id: string } | null, readonly payment: { readonly status: PaymentStatus, readonly declineCode: string | null, readonly captured: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly refunded: { readonly amount: string, readonly currencyCode: CurrencyCode } } | null, readonly saga: { readonly id: string, readonly status: SagaStatus, readonly currentStep: string | null, readonly updatedAt: string, readonly steps: ReadonlyArray<{ readonly name: string, readonly state: SagaStepState, readonly attempts: number, readonly startedAt: string | null, readonly endedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }> } | null, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null } | null, readonly userErrors: ReadonlyArray<{ readonly code: CreateOrderErrorCode, readonly message: string, readonly field: ReadonlyArray<string> | null }> } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { readonly cancelOrder: { readonly order: { readonly customerId: string, readonly paymentMethod: PaymentMethod, readonly id: string, readonly status: OrderStatus, readonly version: number, readonly createdAt: string, readonly retryOf: { readonly id: string } | null, readonly retriedBy: { readonly id: string } | null, readonly payment: { readonly status: PaymentStatus, readonly declineCode: string | null, readonly captured: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly refunded: { readonly amount: string, readonly currencyCode: CurrencyCode } } | null, readonly saga: { readonly id: string, readonly status: SagaStatus, readonly currentStep: string | null, readonly updatedAt: string, readonly steps: ReadonlyArray<{ readonly name: string, readonly state: SagaStepState, readonly attempts: number, readonly startedAt: string | null, readonly endedAt: string | null, readonly error: { readonly code: string, readonly message: string } | null }> } | null, readonly total: { readonly amount: string, readonly currencyCode: CurrencyCode }, readonly lines: ReadonlyArray<{ readonly productId: string, readonly quantity: number, readonly product: { readonly name: string } | null }>, readonly failure: { readonly code: string, readonly message: string } | null } | null, readonly userErrors: ReadonlyArray<{ readonly code: CancelOrderErrorCode, readonly message: string, readonly field: ReadonlyArray<string> | null }> } };

export type FollowOrderSubscriptionVariables = Exact<{
  orderId: string;
  afterVersion?: number | null | undefined;
}>;


export type FollowOrderSubscription = { readonly sagaStatus: { readonly orderId: string, readonly sagaId: string, readonly version: number, readonly at: string, readonly kind: SagaStatusUpdateKind, readonly step: string | null, readonly currentStep: string | null, readonly orderStatus: OrderStatus, readonly sagaStatus: SagaStatus, readonly failure: { readonly code: string, readonly message: string } | null } };

export type ProductPartsFragment = { readonly id: string, readonly name: string, readonly prices: ReadonlyArray<{ readonly amount: string, readonly currencyCode: CurrencyCode }>, readonly stock: { readonly available: number, readonly reserved: number, readonly sold: number } };

export type ProductsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProductsQuery = { readonly products: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly prices: ReadonlyArray<{ readonly amount: string, readonly currencyCode: CurrencyCode }>, readonly stock: { readonly available: number, readonly reserved: number, readonly sold: number } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ProductQueryVariables = Exact<{
  id: string;
}>;


export type ProductQuery = { readonly product: { readonly id: string, readonly name: string, readonly prices: ReadonlyArray<{ readonly amount: string, readonly currencyCode: CurrencyCode }>, readonly stock: { readonly available: number, readonly reserved: number, readonly sold: number } } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly customerId: string | null, readonly roles: ReadonlyArray<Role> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const MoneyPartsFragmentDoc = new TypedDocumentString(`
    fragment MoneyParts on Money {
  amount
  currencyCode
}
    `, {"fragmentName":"MoneyParts"}) as unknown as TypedDocumentString<MoneyPartsFragment, unknown>;
export const FailurePartsFragmentDoc = new TypedDocumentString(`
    fragment FailureParts on Failure {
  code
  message
}
    `, {"fragmentName":"FailureParts"}) as unknown as TypedDocumentString<FailurePartsFragment, unknown>;
export const OrderSummaryFragmentDoc = new TypedDocumentString(`
    fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}`, {"fragmentName":"OrderSummary"}) as unknown as TypedDocumentString<OrderSummaryFragment, unknown>;
export const OrderDetailsFragmentDoc = new TypedDocumentString(`
    fragment OrderDetails on Order {
  ...OrderSummary
  customerId
  retryOf {
    id
  }
  retriedBy {
    id
  }
  paymentMethod
  payment {
    status
    declineCode
    captured {
      ...MoneyParts
    }
    refunded {
      ...MoneyParts
    }
  }
  saga {
    id
    status
    currentStep
    updatedAt
    steps {
      name
      state
      attempts
      startedAt
      endedAt
      error {
        ...FailureParts
      }
    }
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}
fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}`, {"fragmentName":"OrderDetails"}) as unknown as TypedDocumentString<OrderDetailsFragment, unknown>;
export const ProductPartsFragmentDoc = new TypedDocumentString(`
    fragment ProductParts on Product {
  id
  name
  prices {
    ...MoneyParts
  }
  stock {
    available
    reserved
    sold
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}`, {"fragmentName":"ProductParts"}) as unknown as TypedDocumentString<ProductPartsFragment, unknown>;
export const OrderDocument = new TypedDocumentString(`
    query Order($id: ID!) {
  order(id: $id) {
    ...OrderDetails
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}
fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}
fragment OrderDetails on Order {
  ...OrderSummary
  customerId
  retryOf {
    id
  }
  retriedBy {
    id
  }
  paymentMethod
  payment {
    status
    declineCode
    captured {
      ...MoneyParts
    }
    refunded {
      ...MoneyParts
    }
  }
  saga {
    id
    status
    currentStep
    updatedAt
    steps {
      name
      state
      attempts
      startedAt
      endedAt
      error {
        ...FailureParts
      }
    }
  }
}`) as unknown as TypedDocumentString<OrderQuery, OrderQueryVariables>;
export const OrdersDocument = new TypedDocumentString(`
    query Orders($first: Int, $after: String, $filter: OrderFilter, $sort: OrderSort) {
  orders(first: $first, after: $after, filter: $filter, sort: $sort) {
    edges {
      cursor
      node {
        ...OrderSummary
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}
fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}`) as unknown as TypedDocumentString<OrdersQuery, OrdersQueryVariables>;
export const PlaceOrderDocument = new TypedDocumentString(`
    mutation PlaceOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    order {
      ...OrderDetails
    }
    userErrors {
      code
      message
      field
    }
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}
fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}
fragment OrderDetails on Order {
  ...OrderSummary
  customerId
  retryOf {
    id
  }
  retriedBy {
    id
  }
  paymentMethod
  payment {
    status
    declineCode
    captured {
      ...MoneyParts
    }
    refunded {
      ...MoneyParts
    }
  }
  saga {
    id
    status
    currentStep
    updatedAt
    steps {
      name
      state
      attempts
      startedAt
      endedAt
      error {
        ...FailureParts
      }
    }
  }
}`) as unknown as TypedDocumentString<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const CancelOrderDocument = new TypedDocumentString(`
    mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) {
    order {
      ...OrderDetails
    }
    userErrors {
      code
      message
      field
    }
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment FailureParts on Failure {
  code
  message
}
fragment OrderSummary on Order {
  id
  status
  version
  createdAt
  total {
    ...MoneyParts
  }
  lines {
    productId
    quantity
    product {
      name
    }
  }
  failure {
    ...FailureParts
  }
}
fragment OrderDetails on Order {
  ...OrderSummary
  customerId
  retryOf {
    id
  }
  retriedBy {
    id
  }
  paymentMethod
  payment {
    status
    declineCode
    captured {
      ...MoneyParts
    }
    refunded {
      ...MoneyParts
    }
  }
  saga {
    id
    status
    currentStep
    updatedAt
    steps {
      name
      state
      attempts
      startedAt
      endedAt
      error {
        ...FailureParts
      }
    }
  }
}`) as unknown as TypedDocumentString<CancelOrderMutation, CancelOrderMutationVariables>;
export const FollowOrderDocument = new TypedDocumentString(`
    subscription FollowOrder($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) {
    orderId
    sagaId
    version
    at
    kind
    step
    currentStep
    orderStatus
    sagaStatus
    failure {
      ...FailureParts
    }
  }
}
    fragment FailureParts on Failure {
  code
  message
}`) as unknown as TypedDocumentString<FollowOrderSubscription, FollowOrderSubscriptionVariables>;
export const ProductsDocument = new TypedDocumentString(`
    query Products($first: Int, $after: String) {
  products(first: $first, after: $after) {
    edges {
      node {
        ...ProductParts
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment ProductParts on Product {
  id
  name
  prices {
    ...MoneyParts
  }
  stock {
    available
    reserved
    sold
  }
}`) as unknown as TypedDocumentString<ProductsQuery, ProductsQueryVariables>;
export const ProductDocument = new TypedDocumentString(`
    query Product($id: ID!) {
  product(id: $id) {
    ...ProductParts
  }
}
    fragment MoneyParts on Money {
  amount
  currencyCode
}
fragment ProductParts on Product {
  id
  name
  prices {
    ...MoneyParts
  }
  stock {
    available
    reserved
    sold
  }
}`) as unknown as TypedDocumentString<ProductQuery, ProductQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    customerId
    roles
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;