import { Route, Routes } from 'react-router';
import { Frame } from '../design/frame.tsx';
import { Banner, Empty, Problem } from '../design/notice.tsx';
import { SignIn } from '../design/sign-in.tsx';
import { useStore } from '../design/store.ts';
import { connection, standing } from './api.ts';
import { DeadLetterPage } from './dead-letters/dead-letter-page.tsx';
import { DeadLettersPage } from './dead-letters/dead-letters-page.tsx';
import { LivePage } from './live/live-page.tsx';
import { SagaPage } from './saga/saga-page.tsx';
import { SagasPage } from './sagas/sagas-page.tsx';

const PLACES = [
  { to: '/', name: 'Sagas', isExact: true },
  { to: '/live', name: 'Live' },
  { to: '/dead-letters', name: 'Dead letters' },
];
const ELSEWHERE = [
  { href: '/', name: 'Shop' },
  { href: '/graphql', name: 'GraphQL' },
];

export function App() {
  const isLost = useStore(connection) === 'lost';
  return (
    <Frame
      title="Order saga console"
      places={PLACES}
      elsewhere={ELSEWHERE}
      banner={
        isLost ? (
          <Banner>The connection is lost. What you see may be old; it goes on by itself.</Banner>
        ) : null
      }
    >
      <Content />
    </Frame>
  );
}

function Content() {
  const who = useStore(standing);
  switch (who) {
    case 'stranger':
      return <SignIn who="somebody with the role support" />;
    case 'customer':
      return (
        <Problem title="The console is for support and operators.">
          <p>The token that you came with belongs to a customer.</p>
        </Problem>
      );
    default:
      return (
        <Routes>
          <Route index element={<SagasPage />} />
          <Route path="/sagas/:id" element={<SagaPage />} />
          <Route path="/live" element={<LivePage />} />
          <Route path="/dead-letters" element={<DeadLettersPage />} />
          <Route path="/dead-letters/:service/:id" element={<DeadLetterPage />} />
          <Route path="*" element={<Empty icon="inbox" title="There is nothing at this address" />} />
        </Routes>
      );
  }
}
