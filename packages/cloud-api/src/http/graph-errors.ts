import { gaps } from '../contract/gaps.ts';

type GraphErrorType = 'OAuthException' | 'GraphMethodException';

interface GraphErrorKind {
  /** HTTP status. */
  readonly http: number;
  readonly title: string;
  /** Whether the same request may succeed later. */
  readonly isTransient?: boolean;
}

/** The errors this API answers with (contract sections 1.4 and 6.8): code → how it looks. */
const graphErrors = {
  1: { http: 500, title: 'An unknown error occurred' },
  2: { http: 503, title: 'Service temporarily unavailable', isTransient: true },
  4: { http: 400, title: 'Application request limit reached', isTransient: true },
  3: { http: gaps.notBuiltStatus, title: 'Application does not have the capability to make this API call.' },
  10: { http: 403, title: 'Application does not have permission for this action' },
  100: { http: 400, title: 'Invalid parameter' },
  101: { http: 400, title: 'Error validating application' },
  104: { http: 401, title: 'An access token is required to request this resource.' },
  190: { http: 401, title: 'Invalid OAuth access token' },
  200: { http: 403, title: 'Permissions error' },
  2200: { http: 400, title: 'Callback verification failed' },
  2500: { http: 400, title: 'Unknown path components' },
  130429: { http: gaps.throttleStatus, title: 'Rate limit hit', isTransient: true },
  80007: { http: 400, title: 'Rate limit issues', isTransient: true },
  131008: { http: 400, title: 'Required parameter is missing' },
  131009: { http: 400, title: 'Parameter value is not valid' },
  131016: { http: 500, title: 'Service unavailable', isTransient: true },
  131021: { http: 400, title: 'Recipient cannot be sender' },
  131051: { http: 400, title: 'Unsupported message type' },
  131052: { http: 400, title: 'Media download error' },
  131053: { http: 400, title: 'Media upload error' },
  131059: { http: 400, title: 'Invalid cursor' },
  131062: { http: 400, title: 'Business-scoped User ID (BSUID) recipients are not supported for this message' },
  131063: { http: 400, title: 'Marketing messages are disabled on the Cloud API' },
  132000: { http: 400, title: 'Number of parameters does not match the expected number of params' },
  132001: { http: 404, title: 'Template name does not exist in the translation' },
  131056: {
    http: gaps.throttleStatus,
    title: '(Business Account, Consumer Account) pair rate limit hit',
    isTransient: true,
  },
  132005: { http: 400, title: 'Translated text too long' },
  132007: { http: 400, title: 'Template format character policy violated' },
  132012: { http: 400, title: 'Parameter format does not match format in the created template' },
  132015: { http: 400, title: 'Template is paused' },
  132016: { http: 400, title: 'Template is disabled' },
  132018: { http: 400, title: 'There was an issue with the parameters in your template' },
  133004: { http: 503, title: 'Server temporarily unavailable', isTransient: true },
  133005: { http: 400, title: 'Two-step verification PIN mismatch' },
  133006: { http: 400, title: 'Phone number re-verification needed' },
  133008: { http: 400, title: 'Too many two-step verification PIN guesses' },
  133010: { http: 400, title: 'Phone number not registered' },
  133016: { http: 400, title: 'Account register deregister rate limit exceeded' },
  134100: { http: 400, title: 'Only marketing messages are supported' },
  136024: { http: 400, title: 'Verification code cannot be requested' },
  136025: { http: 400, title: 'Verification code is not valid' },
  139001: { http: 400, title: 'The flow cannot be updated' },
  139002: { http: 400, title: 'The flow cannot be published' },
  139003: { http: 400, title: 'The flow cannot be deprecated' },
  139004: { http: 400, title: 'The flow cannot be deleted' },
  147001: { http: 400, title: 'Username is not available' },
  147005: { http: 400, title: 'Username has to be transferred' },
  139100: { http: 400, title: 'Failed to block or unblock some users' },
  139101: { http: 400, title: 'The list of blocked users is full' },
  200007: { http: 400, title: 'Template insights are not enabled' },
} as const satisfies Readonly<Record<number, GraphErrorKind>>;

export type GraphErrorCode = keyof typeof graphErrors;

interface GraphErrorOptions {
  /** The whole message; `(#code) title` unless told. */
  message?: string;
  /** What exactly was wrong, for the developer at the other end. */
  details?: string;
  subcode?: number;
  type?: GraphErrorType;
  /** Overrides the table's HTTP status. */
  http?: number;
  /** What a person may be shown: a heading and a sentence. */
  user?: { readonly title: string; readonly message: string };
  /** What is answered beside the error: what was done all the same. */
  told?: object;
}

/** A request that is refused, as the contract words it. Never holds a value that was sent. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: GraphErrorCode;
  readonly http: number;
  readonly type: GraphErrorType;
  readonly details: string | null;
  readonly subcode: number | null;
  readonly isTransient: boolean;
  readonly user: { readonly title: string; readonly message: string } | null;
  readonly told: object;

  constructor(code: GraphErrorCode, options: GraphErrorOptions = {}) {
    const kind: GraphErrorKind = graphErrors[code];
    super(options.message ?? `(#${code}) ${kind.title}`);
    this.code = code;
    this.http = options.http ?? kind.http;
    this.type = options.type ?? 'OAuthException';
    this.details = options.details ?? null;
    this.subcode = options.subcode ?? null;
    this.told = options.told ?? {};
    this.isTransient = kind.isTransient ?? false;
    this.user = options.user ?? null;
  }
}

/** A parameter is missing, of a wrong type, none of the choices, too long or too many: the sentence says what. */
export function parameterError(sentence: string): GraphError {
  const code = gaps.formErrorCode;
  return new GraphError(code, { message: `(#${code}) ${sentence}`, details: sentence });
}

/** A parameter has the form that it must have, and still says nothing that can be meant. */
export function valueError(sentence: string): GraphError {
  return new GraphError(gaps.valueErrorCode, { details: sentence });
}

/** There is no such object, or the token may not act on it, or it cannot do this: nobody can tell which. */
export function unknownObjectError(method: string, node: string): GraphError {
  const message =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${node}' does not exist, cannot be loaded due to ` +
    'missing permissions, or does not support this operation';
  return new GraphError(100, { message, subcode: 33, type: 'GraphMethodException' });
}

/** The contract has this, and Postern has not. */
export function notBuiltError(what: string): GraphError {
  return new GraphError(3, { details: `${what} is not built.` });
}

export function unknownEdgeError(path: string): GraphError {
  return new GraphError(2500, { message: `Unknown path components: /${path}` });
}
