import type { CurrencyCode } from '@order-saga/client';
import { Button } from '../../design/button.tsx';
import { Card } from '../../design/card.tsx';
import { Icon } from '../../design/icon.tsx';
import { Empty, Problem, Skeleton } from '../../design/notice.tsx';
import { useStore } from '../../design/store.ts';
import { quantityOf } from '../cart/cart.ts';
import { addOne, cartStore, choose } from '../cart/cart-store.ts';
import { priceIn, priceTag } from '../money.ts';
import styles from './catalogue.module.css';
import { ProductArt } from './product-art.tsx';
import { type Product, useProducts } from './products.ts';

/** All that can be bought, with what is there of it now. */
export function Catalogue() {
  const { data: products, isPending, error, refetch } = useProducts();
  return (
    <section aria-labelledby="products">
      <div className={styles.head}>
        <h1 id="products">Products</h1>
        {products !== undefined && products.length > 0 ? <CurrencyChoice products={products} /> : null}
      </div>
      {error !== null && products === undefined ? (
        <Problem title="The products cannot be shown just now.">
          <p>
            {error.message}. <Button onClick={() => refetch()}>Try again</Button>
          </p>
        </Problem>
      ) : isPending ? (
        <Skeleton lines={6} label="Loading products" />
      ) : products?.length === 0 ? (
        <Empty icon="bag" title="Nothing is for sale">
          <p>The inventory has no products yet.</p>
        </Empty>
      ) : (
        <ul className={styles.grid}>
          {products?.map((product) => (
            <li key={product.id}>
              <ProductCard product={product} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ProductCard({ product }: { product: Product }) {
  const cart = useStore(cartStore);
  const price = priceIn(product.prices, cart.currency);
  const inCart = quantityOf(cart, product.id);
  const { available } = product.stock;
  const isGone = available === 0;
  return (
    <Card isPadded={false} className={styles.card ?? ''} aria-label={product.name}>
      <ProductArt id={product.id} />
      <div className={styles.body}>
        <div className={styles.name}>
          <h2>{product.name}</h2>
          <span className="figures">
            {price === undefined ? `not sold in ${cart.currency}` : priceTag(price)}
          </span>
        </div>
        <StockLine {...product.stock} />
        <Button
          onClick={() => addOne(product.id)}
          disabled={isGone || price === undefined}
          aria-label={`Add ${product.name} to the cart`}
        >
          <Icon name="plus" />
          {isGone ? 'Sold out' : inCart > 0 ? `Add another (${inCart})` : 'Add to cart'}
        </Button>
      </div>
    </Card>
  );
}

/** `97 available · 2 reserved · 1 sold` */
function StockLine({ available, reserved, sold }: Product['stock']) {
  const all = Math.max(available + reserved + sold, 1);
  return (
    <div className={styles.stock}>
      <div className={styles.bar} aria-hidden="true">
        <span className={styles.available} style={{ width: `${(100 * available) / all}%` }} />
        <span className={styles.reserved} style={{ width: `${(100 * reserved) / all}%` }} />
      </div>
      <p className="figures">
        <strong>{available}</strong> available
        <span> · {reserved} reserved</span>
        <span> · {sold} sold</span>
      </p>
    </div>
  );
}

function CurrencyChoice({ products }: { products: readonly Product[] }) {
  const { currency } = useStore(cartStore);
  const sold = [...new Set(products.flatMap(({ prices }) => prices.map(({ currencyCode }) => currencyCode)))];
  return (
    <label className={styles.currency}>
      Prices in
      <select value={currency} onChange={(event) => choose({ currency: event.target.value as CurrencyCode })}>
        {sold.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
    </label>
  );
}
