import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Credentials, Principal } from '../auth/principal.ts';
import { publicError } from './public-error.ts';

export interface RateLimit {
  /** Takes one operation from this client; throws RATE_LIMITED with `retryAfterS` when none is left. */
  take(client: string): Promise<void>;
}

const WINDOW_S = 60;

/** Counted by each gateway for itself. 0: without a limit. */
export function rateLimit(operationsPerMinute: number): RateLimit {
  if (operationsPerMinute === 0) return { take: async () => undefined };
  const limiter = new RateLimiterMemory({ points: operationsPerMinute, duration: WINDOW_S });
  return {
    async take(client) {
      try {
        await limiter.consume(client);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw rateLimited(Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
      }
    },
  };
}

/** Whose operations are counted together: a customer's wherever they come from, else those of one address. */
export const clientOf = ({ authorization, address }: Credentials, principal?: Principal): string =>
  authorization !== undefined && principal?.customerId != null
    ? `customer ${principal.customerId}`
    : `address ${networkOf(address)}`;

/** Who has one address of IPv6 has 2^64 of them. */
export const networkOf = (address: string): string =>
  address.includes(':') && !address.startsWith('::ffff:')
    ? `${address.split(':').slice(0, 4).join(':')}::/64`
    : address;

const rateLimited = (retryAfterS: number): Error =>
  publicError('RATE_LIMITED', `You ask too often. Try again in ${retryAfterS} s.`, { retryAfterS });
