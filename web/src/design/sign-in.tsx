import { useState } from 'react';
import { accessToken } from './access-token.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import styles from './sign-in.module.css';

/** Where the gateway wants to know who asks. There are no accounts here: tokens come from an identity provider. */
export function SignIn({ who }: { who: string }) {
  const [token, setToken] = useState('');
  const wasRefused = accessToken.read() !== null;
  const enter = () => {
    accessToken.write(token.trim() || null);
    // Everything that was asked as somebody else is asked anew.
    location.reload();
  };
  return (
    <Card className={styles.card ?? ''} aria-labelledby="sign-in">
      <h1 id="sign-in">Who are you?</h1>
      <p>This system asks for an access token of {who}. It is kept until you close this window.</p>
      {wasRefused ? (
        <p role="alert" className={styles.refused}>
          The token that was entered does not hold, or no longer.
        </p>
      ) : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter();
        }}
      >
        <label htmlFor="token">Access token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <Button look="main" type="submit" disabled={token.trim() === ''}>
          Go on
        </Button>
      </form>
    </Card>
  );
}
