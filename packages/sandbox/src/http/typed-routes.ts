import type { IncomingMessage, ServerResponse } from 'node:http';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { HttpError, requireBearer } from '@postern/service';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import { CallFailedError } from '../json-call.ts';
import type { Sandbox } from '../sandbox.ts';

/** Routes whose schemas give the handlers their types. */
export type TypedHttp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Gives the sandbox to an operation. @throws HttpError 503 while it is still being made */
export type GetSandbox = () => Sandbox;

/** Adds typed routes that only the bearer of the token may use. */
export async function addTypedRoutes(
  http: FastifyInstance,
  token: string,
  addRoutes: (routes: TypedHttp) => void,
): Promise<void> {
  await http.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>().setValidatorCompiler(TypeBoxValidatorCompiler);
    routes.addHook('onRequest', async (request) => requireBearer(request, token));
    routes.setErrorHandler((error) => {
      if (!(error instanceof CallFailedError)) throw error;
      throw new HttpError(502, 'system_failed', `Another system did not do its part. ${error.message}`);
    });
    addRoutes(routes);
  });
}

/** Returns the sandbox once it is ready. */
export function orNotReady(findSandbox: () => Sandbox | null): GetSandbox {
  return () => {
    const sandbox = findSandbox();
    if (!sandbox) throw new HttpError(503, 'not_ready', 'The sandbox is still starting. Try again in a moment.');
    return sandbox;
  };
}
