import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { useStore } from '../../design/store.ts';
import { type Product, useProducts } from '../catalogue/products.ts';
import { type Money, priceIn, priceTag, sum, times } from '../money.ts';
import type { Cart, CartLine } from './cart.ts';
import styles from './cart-panel.module.css';
import { cartStore, choose, clearCart, setQuantity } from './cart-store.ts';
import { MethodChoice } from './method-choice.tsx';
import { usePlacing } from './use-placing.ts';

/** What is about to be ordered, and the button that orders it: once, however often it is pressed. */
export function CartPanel() {
  const cart = useStore(cartStore);
  const { data: products } = useProducts();
  const placing = usePlacing((_order, key) => clearCart(key));
  const lines = cart.lines.map((line) => priced(line, products, cart.currency));
  const prices = lines.flatMap(({ price }) => price ?? []);
  const total = prices.length === lines.length ? sum(prices) : null;

  return (
    <Card className={styles.cart ?? ''} aria-labelledby="cart">
      <h2 id="cart">Cart</h2>
      {lines.length === 0 ? (
        <Empty icon="bag" title="Nothing in it yet">
          <p>What you add stays here, also when you reload.</p>
        </Empty>
      ) : (
        <>
          <ul className={styles.lines}>
            {lines.map((line) => (
              <Line key={line.productId} line={line} isLocked={placing.isBusy} />
            ))}
          </ul>
          <MethodChoice
            chosen={cart.paymentMethod}
            isLocked={placing.isBusy}
            onChoose={(paymentMethod) => choose({ paymentMethod })}
          />
          <p className={styles.total}>
            Total <strong className="figures">{total === null ? '–' : priceTag(total)}</strong>
          </p>
          <Button
            look="main"
            isBusy={placing.isBusy}
            disabled={total === null}
            onClick={() => placing.place(orderOf(cart, total))}
          >
            {placing.isBusy ? 'Placing the order …' : 'Place order'}
          </Button>
        </>
      )}
      <p className={styles.said} aria-live="polite">
        {placing.interruption}
      </p>
      {placing.problem === null ? null : (
        <Problem title={placing.problem.title}>{placing.problem.advice}</Problem>
      )}
    </Card>
  );
}

const orderOf = ({ key, ...cart }: Cart, expectedTotal: Money | null) => ({
  idempotencyKey: key,
  expectedTotal,
  ...cart,
});

interface PricedLine extends CartLine {
  readonly name: string;
  readonly price: Money | null;
  readonly available: number | null;
}

function priced(
  line: CartLine,
  products: readonly Product[] | undefined,
  currency: Money['currencyCode'],
): PricedLine {
  const product = products?.find(({ id }) => id === line.productId);
  const price = product && priceIn(product.prices, currency);
  return {
    ...line,
    name: product?.name ?? (products === undefined ? 'Loading …' : 'No longer sold'),
    price: price === undefined ? null : times(price, line.quantity),
    available: product?.stock.available ?? null,
  };
}

function Line({ line, isLocked }: { line: PricedLine; isLocked: boolean }) {
  const { productId, name, quantity, price, available } = line;
  return (
    <li className={styles.line}>
      <span className={styles.name}>{name}</span>
      <span className="figures">{price === null ? '–' : priceTag(price)}</span>
      <span className={styles.pieces}>
        <Button
          look="quiet"
          disabled={isLocked}
          aria-label={quantity === 1 ? `Take ${name} out of the cart` : `One ${name} less`}
          onClick={() => setQuantity(productId, quantity - 1)}
        >
          <Icon name={quantity === 1 ? 'bin' : 'minus'} />
        </Button>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          value={quantity}
          disabled={isLocked}
          aria-label={`Pieces of ${name}`}
          onChange={(event) => setQuantity(productId, event.target.valueAsNumber)}
        />
        <Button
          look="quiet"
          disabled={isLocked}
          aria-label={`One ${name} more`}
          onClick={() => setQuantity(productId, quantity + 1)}
        >
          <Icon name="plus" />
        </Button>
      </span>
      {available !== null && available < quantity ? (
        <span className={styles.short}>
          only {available} {available === 1 ? 'is' : 'are'} there: such an order will be undone
        </span>
      ) : null}
    </li>
  );
}
