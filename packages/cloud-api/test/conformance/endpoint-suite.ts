/** Whose token a request carries. */
export type Caller = 'system user' | 'app' | 'another business' | 'nobody';

/** A part of a multipart body that is a file. */
export interface FilePart {
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

/**
 * One request. In paths and in every value, `{phone}`, `{waba}`, `{app}`, `{business}` and `{user}` stand for the ids of
 * the suite's own business, `{number}` for its phone number, and `{other phone}` and so on for those of another business; a
 * name that a request before it was given stands for the id that it was answered with. `{callback}` is the URL of a webhook
 * endpoint that proves itself, `{deaf callback}` of one that does not, `{code sent}` the code that the number was sent last.
 * The version is left out.
 */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: Readonly<Record<string, string | FilePart>>;
  /** The body as it is, of no media type that says what it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The suite's unless told. */
  readonly caller?: Caller;
}

/** What must be in an answer: see {@link fits}. */
export type Expected = unknown;

/**
 * What was before: a request that was carried out, a person who wrote to the suite's number, or another account of the
 * suite's business, which is called so.
 */
export type Given = GivenAnswer | { readonly wrote: string } | { readonly account: string };

/** What the request is answered with can be spoken of under the name. */
interface GivenAnswer {
  readonly ask: Ask;
  /** What stands for the answer's `id`, or for the member of it that `member` names (`data.0.code`). */
  readonly as?: string;
  readonly member?: string;
}

/** The path and the method are those of the suite's endpoint unless told. */
export type PartOfAsk = Partial<Ask>;

export interface AcceptedCase {
  readonly ask: PartOfAsk;
  readonly answers: Expected;
  /** What can be read afterwards, one after the other. */
  readonly afterwards?: readonly { readonly ask: PartOfAsk; readonly answers: Expected }[];
}

export interface RefusedCase {
  readonly ask: PartOfAsk;
  /** 100 unless told. */
  readonly code?: number;
  /** HTTP status; 400 unless told. */
  readonly status?: number;
  readonly subcode?: number;
  /** What `details`, or else `message`, names. */
  readonly names?: string;
}

/** One endpoint: requests that are carried out and requests that are refused, by what they are, in their order. */
export interface EndpointSuite {
  /** `POST /{phone}/message_qrdls`, `GET /{waba}`, `GET /debug_token`. */
  readonly endpoint: `${Ask['method']} /${string}`;
  /** Whose token its requests carry; the system user's unless told. */
  readonly caller?: Caller;
  /** Whether the suite's number speaks already; true unless told. */
  readonly isRegistered?: boolean;
  /** Whether the business has an account `{second waba}` that the token may act on too. */
  readonly hasSecondAccount?: boolean;
  readonly given?: readonly Given[];
  readonly accepts: Readonly<Record<string, AcceptedCase>>;
  readonly refuses: Readonly<Record<string, RefusedCase>>;
}

/** Whatever is there. */
export const anything = Symbol('anything');

class Including {
  readonly members: Readonly<Record<string, Expected>>;

  constructor(members: Readonly<Record<string, Expected>>) {
    this.members = members;
  }
}

/** An object that has these members and any others. */
export function including(members: Readonly<Record<string, Expected>>): Expected {
  return new Including(members);
}

/** Whether the answer is what is expected: equal, but for a RegExp, which is tried on text, `anything` and `including`. */
export function fits(answer: unknown, expected: Expected): boolean {
  if (expected === anything) return answer !== undefined;
  if (expected instanceof RegExp) return typeof answer === 'string' && expected.test(answer);
  if (expected === null || typeof expected !== 'object') return answer === expected;
  if (answer === null || typeof answer !== 'object') return false;
  const members = expected instanceof Including ? expected.members : (expected as Record<string, Expected>);
  if (Array.isArray(expected) !== Array.isArray(answer)) return false;
  if (members === expected && Object.keys(answer).length !== Object.keys(members).length) return false;
  const values = answer as Readonly<Record<string, unknown>>;
  return Object.entries(members).every(([name, value]) => fits(values[name], value));
}
