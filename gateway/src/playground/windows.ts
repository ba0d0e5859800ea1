/** What the playground opens with: operations that work as they stand, and lead from one to the next. */
export interface PlaygroundWindow {
  readonly name: string;
  readonly query: string;
  /** Scripts of Altair, run before and after the request; they pass a value on as `{{name}}`. */
  readonly before?: string;
  readonly after?: string;
}

/** One of the demo products that the set-up puts in. */
const DEMO_PRODUCT = '11111111-1111-1111-1111-111111111111';

const PLACE = `# Places an order: press "Send Request", then go on to the next window and watch it.
# Each press draws a new key. Write a key of your own in its place and press twice:
# the same key answers the same order.
mutation PlaceOrder {
  createOrder(
    input: {
      idempotencyKey: "{{newKey}}"
      lines: [{ productId: "${DEMO_PRODUCT}", quantity: 1 }]
      # CREDIT_CARD is declined now and then; TEST_DECLINE always is, and the order is undone.
      paymentMethod: TEST_APPROVE
    }
  ) {
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

const WATCH = `# The course of the order that you placed last, live; or write the id of another order.
# afterVersion: 0 tells the whole story; without it the stream begins with the present state.
subscription WatchOrder {
  sagaStatus(orderId: "{{orderId}}", afterVersion: 0) {
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
query Latest {
  orders(first: 10) {
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
  products(first: 10) {
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

export const PLAYGROUND_WINDOWS: readonly PlaygroundWindow[] = [
  {
    name: 'Place an order',
    query: PLACE,
    before: "altair.helpers.setEnvironment('newKey', 'playground ' + Date.now());",
    after: `const placed = JSON.parse(altair.response.body).data?.createOrder?.order;
if (placed) await altair.storage.set('orderId', placed.id);`,
  },
  {
    name: 'Watch an order',
    query: WATCH,
    before: "altair.helpers.setEnvironment('orderId', await altair.storage.get('orderId'));",
  },
  { name: 'List orders and products', query: LIST },
];
