import { type ConsoleContext, type ConsoleRouter, createConsoleRouter } from '@order-saga/contracts';
import type { Log } from '@order-saga/service-kit';
import { TRPCError } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../auth/principal.ts';
import { publicCodeOf } from './ask.ts';
import { type ConsoleParts, consoleHandlers } from './console-handlers.ts';

const PATH = '/console/api';

/** Serves what the console asks for, over tRPC, to callers of the role `support` and to nobody else. */
export async function mountConsole(
  server: FastifyInstance,
  { authenticate, log, ...parts }: ConsoleParts & { readonly authenticate: Authenticate; readonly log: Log },
): Promise<void> {
  await server.register(fastifyTRPCPlugin<ConsoleRouter>, {
    prefix: PATH,
    trpcOptions: {
      router: createConsoleRouter(consoleHandlers(parts)),
      createContext: async ({ req }): Promise<ConsoleContext> => ({
        caller: await callerOf(authenticate, req.headers.authorization),
      }),
      onError: ({ error, path }) => {
        if (error.code !== 'INTERNAL_SERVER_ERROR') return;
        log.error({ err: error.cause ?? error, path }, 'the console could not be answered');
      },
    },
  } satisfies FastifyTRPCPluginOptions<ConsoleRouter>);
}

async function callerOf(
  authenticate: Authenticate,
  authorization: string | undefined,
): Promise<ConsoleContext['caller']> {
  try {
    const { roles } = await authenticate({ authorization });
    return roles.includes('support') ? 'support' : 'customer';
  } catch (error) {
    if (publicCodeOf(error) === 'UNAUTHENTICATED') return 'stranger';
    throw new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: messageOf(error), cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
