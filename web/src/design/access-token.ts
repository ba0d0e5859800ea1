import { createKeptStore } from './store.ts';

/** Where the gateway asks for one; kept until the window is closed. */
export const accessToken = createKeptStore<string | null>(sessionStorage, 'access-token', (kept) =>
  typeof kept === 'string' && kept !== '' ? kept : null,
);
