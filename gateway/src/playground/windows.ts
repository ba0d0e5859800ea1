/** What the playground opens with: operations that work as they stand, and lead from one to the next. */
export interface PlaygroundWindow {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const PLACE_AND_SEE = `# Places an order. Press the button again: the same key answers the same order.
# Then copy its id into the next window, "Watch an order".
mutation PlaceOrder($input: CreateOrderInput!) {
  createOrder(input: $input) {
    order {
      id
      status
      total { amount currencyCode }
      version
    }
    userErrors { code message field }
  }
}
`;

const WATCH = `# The course of an order, live: put its id into the variables below.
# It begins with the present state; afterVersion: 0 tells the whole story.
subscription WatchOrder($orderId: ID!, $afterVersion: Int) {
  sagaStatus(orderId: $orderId, afterVersion: $afterVersion) {
    version
    at
    kind
    step
    currentStep
    orderStatus
    sagaStatus
    failure { code message }
  }
}
`;

const LIST = `# The latest orders and how each was carried out, and the products with live stock.
query Latest($first: Int) {
  orders(first: $first) {
    edges {
      node {
        id
        status
        createdAt
        total { amount currencyCode }
        lines { quantity product { name } }
        payment { status captured { amount } refunded { amount } }
        failure { code message }
        saga { status steps { name state attempts } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
  products(first: $first) {
    edges {
      node {
        id
        name
        prices { amount currencyCode }
        stock { available reserved sold }
      }
    }
  }
}
`;

/** One of the demo products that the set-up puts in. */
const DEMO_PRODUCT = '11111111-1111-1111-1111-111111111111';

export const PLAYGROUND_WINDOWS: readonly PlaygroundWindow[] = [
  {
    name: 'Place an order',
    query: PLACE_AND_SEE,
    variables: {
      input: {
        idempotencyKey: 'my-first-order',
        lines: [{ productId: DEMO_PRODUCT, quantity: 1 }],
        paymentMethod: 'TEST_APPROVE',
      },
    },
  },
  {
    name: 'Watch an order',
    query: WATCH,
    variables: { orderId: '00000000-0000-0000-0000-000000000000', afterVersion: 0 },
  },
  { name: 'List orders and products', query: LIST, variables: { first: 10 } },
];
