import { publicError } from '../pipeline/public-error.ts';
import type { Authenticate } from './principal.ts';

/**
 * Whoever sends no token is the demo customer and may see and do everything, as one developer at one machine wants.
 * A token is refused rather than ignored: nobody here could tell whether it is worth anything.
 */
export function developmentAuthentication(demoCustomerId: string): Authenticate {
  const demoCustomer = { customerId: demoCustomerId, scope: 'all' } as const;
  return ({ authorization }) => {
    if (authorization === undefined) return demoCustomer;
    throw publicError(
      'UNAUTHENTICATED',
      'This gateway runs in development and checks no tokens: send no Authorization header.',
    );
  };
}
