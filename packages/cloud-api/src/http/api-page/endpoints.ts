import type { Permission } from '../authentication.ts';
import type { GraphNode, OperationSchema } from '../operation.ts';
import { operations, rootOperations } from '../operations.ts';

/** How paths name each kind of object. */
export const placeholders: Readonly<Record<GraphNode['kind'], string>> = {
  phone_number: '{phone}',
  whatsapp_business_account: '{waba}',
  app: '{app}',
  business: '{business}',
  system_user: '{user}',
  media: '{media}',
  upload: '{upload}',
  message_template: '{template}',
  flow: '{flow}',
};

/** One method of one path, as the API page and the compatibility table name it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without the version: `/{phone}/messages`. */
  readonly path: string;
  /** As the log names it. */
  readonly name: string;
  /** Null where the operation itself decides who may call it. */
  readonly permission: Permission | null;
  readonly schema: OperationSchema;
}

/** Every endpoint that there is, by kind of object. */
export function listEndpoints(): Endpoint[] {
  const kinds = Object.keys(placeholders) as GraphNode['kind'][];
  const ofNodes = kinds.flatMap((kind) =>
    operations[kind].map(({ method, edge, name, permission, schema }) => {
      const path = `/${placeholders[kind]}${edge === null ? '' : `/${edge}`}`;
      return { method, path, name, permission, schema };
    }),
  );
  const ofRoot = rootOperations.map(({ method, path, name, schema }) => {
    return { method, path: `/${path}`, name, permission: null, schema };
  });
  return [...ofNodes, ...ofRoot];
}

/** The endpoint that is called so: `GET /{phone}/settings`; null when there is none. */
export function findEndpoint(called: string): Endpoint | null {
  return listEndpoints().find(({ method, path }) => `${method} ${path}` === called) ?? null;
}
