import { isRequestError } from '@order-saga/contracts';
import { type AuthSettings, createAuthentication } from '@order-saga/service-kit/auth';
import { publicError } from '../pipeline/public-error.ts';
import type { Authenticate, Principal } from './principal.ts';

/** The configured way to tell who is asking, with its faults in the words of GraphQL. */
export function authenticateBy(settings: AuthSettings & { readonly DEMO_CUSTOMER_ID: string }): Authenticate {
  const check = createAuthentication(settings, { anonymous: demoCustomer(settings.DEMO_CUSTOMER_ID) });
  return ({ authorization }) =>
    check(authorization).catch((error: unknown) => {
      if (!isRequestError(error)) throw error;
      switch (error.code) {
        case 'UNAUTHORIZED':
          throw publicError('UNAUTHENTICATED', sentence(error.message));
        case 'UNAVAILABLE':
          throw publicError('SERVICE_UNAVAILABLE', sentence(error.message), { service: 'authentication' });
        default:
          throw error;
      }
    });
}

/** A customer who may do everything, as one developer at one machine wants. */
const demoCustomer = (customerId: string): Principal => ({
  customerId,
  roles: ['support'],
  scope: 'all',
  expiresAt: null,
});

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
