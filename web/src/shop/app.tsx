import { Route, Routes } from 'react-router';
import { Frame } from '../design/frame.tsx';
import { Banner, Empty } from '../design/notice.tsx';
import { SignIn } from '../design/sign-in.tsx';
import { useStore } from '../design/store.ts';
import styles from './app.module.css';
import { piecesIn } from './cart/cart.ts';
import { CartPanel } from './cart/cart-panel.tsx';
import { cartStore } from './cart/cart-store.ts';
import { Catalogue } from './catalogue/catalogue.tsx';
import { connection, isStranger } from './gateway.ts';
import { OrderList } from './orders/order-list.tsx';
import { OrderPage } from './orders/order-page.tsx';

const ELSEWHERE = [
  { href: '/console', name: 'Console' },
  { href: '/graphql', name: 'GraphQL' },
];

export function App() {
  const isLost = useStore(connection) === 'lost';
  const asksWho = useStore(isStranger);
  const pieces = piecesIn(useStore(cartStore).lines);
  return (
    <Frame
      title="Order saga"
      places={[
        { to: '/', name: pieces === 0 ? 'Shop' : `Shop (${pieces})`, isExact: true },
        { to: '/orders', name: 'Orders' },
      ]}
      elsewhere={ELSEWHERE}
      banner={
        isLost ? (
          <Banner>The connection is lost. What you see may be old; it goes on by itself.</Banner>
        ) : null
      }
    >
      {asksWho ? <SignIn who="a customer" /> : <Places />}
    </Frame>
  );
}

const Places = () => (
  <Routes>
    <Route index element={<Shop />} />
    <Route path="/orders" element={<OrderList />} />
    <Route path="/orders/:id" element={<OrderPage />} />
    <Route path="*" element={<Empty icon="inbox" title="There is nothing at this address" />} />
  </Routes>
);

const Shop = () => (
  <div className={styles.shop}>
    <Catalogue />
    <CartPanel />
  </div>
);
