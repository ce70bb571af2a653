import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { HttpError, requireBearer, type Logger } from '@postern/service';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

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
  token: string;
  logger: Logger;
}

/** Adds routes behind a bearer token. A failure that a retry may mend, such as a database that is away, is a 503. */
export async function addGuardedRoutes(
  http: FastifyInstance,
  { token, logger }: Guard,
  addRoutes: (routes: TypedHttp) => void,
): Promise<void> {
  await http.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>().setValidatorCompiler(TypeBoxValidatorCompiler);
    routes.addHook('onRequest', async (request) => requireBearer(request, token));
    routes.setErrorHandler((error) => {
      if ((error as { retryable?: unknown }).retryable !== true) throw error;
      logger.warn({ err: error }, 'a request failed; a retry may help');
      throw new HttpError(503, 'unavailable', 'The request cannot be carried out at the moment. Try again.');
    });
    addRoutes(routes);
  });
}
