import type { IncomingMessage, ServerResponse } from 'node:http';
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import { requireBearer, type HttpError } from './http.ts';

/** An HTTP server whose schemas give the handlers their types. */
export type TypedHttp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

interface Guard {
  /** Only its bearer may use the routes. */
  readonly token: string;
  /** What to answer to an error of the nouns; null for those that mean a fault of ours. */
  readonly explain: (error: unknown) => HttpError | null;
}

/** Adds typed routes behind a bearer token. */
export async function addGuardedRoutes(
  http: FastifyInstance,
  { token, explain }: Guard,
  addRoutes: (routes: TypedHttp) => void,
): Promise<void> {
  await http.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>().setValidatorCompiler(TypeBoxValidatorCompiler);
    routes.addHook('onRequest', async (request) => requireBearer(request, token));
    routes.setErrorHandler((error) => {
      throw explain(error) ?? error;
    });
    addRoutes(routes);
  });
}
