import type { FastifyInstance, HTTPMethods } from 'fastify';

/**
 * Which methods a path answers, for `405` with `allow` where Fastify would say `404`. Looked at only when no route
 * matched.
 */
export interface KnownPaths {
  methodsOf(path: string): readonly string[];
}

export function trackKnownPaths(server: FastifyInstance): KnownPaths {
  const routes: { matches: RegExp; methods: readonly HTTPMethods[] }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    // The catch-all that answers preflights makes no path known.
    if (url === '*' || url === '/*') return;
    routes.push({ matches: patternOf(url), methods: [method].flat() });
  });
  return {
    methodsOf(path) {
      const methods = routes.filter(({ matches }) => matches.test(path)).flatMap((route) => route.methods);
      return [...new Set(methods)].sort();
    },
  };
}

/** `/orders/:id` as an expression for whole paths. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    if (part === '*') return '.*';
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
