import fastifyStatic from '@fastify/static';
import {
  getDistDirectory,
  isSandboxFrame,
  renderAltair,
  renderInitSnippet,
  SANDBOX_FRAME_CSP,
} from 'altair-static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PLAYGROUND_WINDOWS } from './windows.ts';

/** All that the playground is made of lies below this path, on our own disk: it works without the internet. */
const ASSETS = '/playground/';
const OPTIONS_SCRIPT = 'initial-options.js';

/** Altair takes absolute addresses only, and ours depends on how the visitor came: its script puts it in there. */
const PAGE_ORIGIN = 'page-origin:';
const PAGE_SOCKET_ORIGIN = 'page-socket-origin:';
/** Altair's script writes each string as a template literal. */
const evaluated = (expression: string): string => `\${${expression}}`;

/** The browser itself then refuses any request to another host, whatever the page tries. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'self'",
].join('; ');

/** Serves Altair's files, and answers with what shows its page. */
export async function mountPlayground(
  server: FastifyInstance,
  { graphqlPath }: { readonly graphqlPath: string },
): Promise<(reply: FastifyReply) => FastifyReply> {
  const options = {
    baseURL: ASSETS,
    disableAccount: true,
    serveInitialOptionsInSeperateRequest: OPTIONS_SCRIPT,
    // What a visitor typed into their windows survives a reload; ours come back with a browser that knows nothing yet.
    instanceStorageNamespace: 'order_saga_',
    initialWindows: PLAYGROUND_WINDOWS.map(({ name, query, before, after }) => ({
      initialName: name,
      endpointURL: `${PAGE_ORIGIN}${graphqlPath}`,
      subscriptionsEndpoint: `${PAGE_SOCKET_ORIGIN}${graphqlPath}`,
      initialSubscriptionRequestHandlerId: 'graphql-ws' as const,
      initialQuery: query,
      ...(before === undefined ? {} : { initialPreRequestScript: before }),
      ...(after === undefined ? {} : { initialPostRequestScript: after }),
    })),
    initialSettings: {
      'alert.disableUpdateNotification': true,
      'banners.disable': true,
      disablePushNotification: true,
    },
  };
  const page = renderAltair(options);
  const script = renderInitSnippet(options)
    .replaceAll(PAGE_ORIGIN, evaluated('location.origin'))
    .replaceAll(PAGE_SOCKET_ORIGIN, evaluated("location.origin.replace(/^http/, 'ws')"));

  server.get(`${ASSETS}${OPTIONS_SCRIPT}`, (_request, reply) => reply.type('text/javascript').send(script));
  await server.register(fastifyStatic, {
    root: getDistDirectory(),
    prefix: ASSETS,
    index: false,
    setHeaders: (reply, path) => {
      if (isSandboxFrame(path)) reply.header('content-security-policy', SANDBOX_FRAME_CSP);
    },
  });
  return (reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .send(page);
}
