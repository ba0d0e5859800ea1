import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Log } from '@order-saga/service-kit';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Addresses that a page shows by itself once it is there. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'index.html': ['/', '/orders', '/orders/*'],
  'console.html': ['/console', '/console/*'],
};

/** The pages need nothing but what lies beside them: the browser refuses them everything else, inline code included. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const YEAR_S = 365 * 24 * 60 * 60;

/**
 * Serves the pages that `npm run build -w web` made: their documents are asked for anew each time, and name the hashes
 * of everything else, which therefore never changes.
 */
export async function mountPages(
  server: FastifyInstance,
  { folder, log }: { readonly folder: string; readonly log: Log },
): Promise<void> {
  for (const [document, paths] of Object.entries(PAGES)) {
    for (const path of paths)
      server.get(path, (_request, reply) => sendDocument(reply, join(folder, document)));
  }
  if (!existsSync(folder)) {
    return log.warn({ folder }, 'the pages are not built: run npm run build -w web, and start again');
  }
  await server.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    maxAge: YEAR_S * 1_000,
    immutable: true,
    setHeaders: (reply) => reply.header('x-content-type-options', 'nosniff'),
  });
}

async function sendDocument(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const document = await readFile(file).catch(() => null);
  if (document === null) {
    return reply.code(503).send({ error: 'the pages are not built: run npm run build -w web' });
  }
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cross-origin-opener-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .send(document);
}
