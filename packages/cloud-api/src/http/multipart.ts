import { Busboy, type BusboyEvents, type BusboyInstance } from '@fastify/busboy';
import { limits } from '@postern/protocol';
import { GraphError, parameterError } from './graph-errors.ts';
import type { UnreadBody } from './request-body.ts';

/** A file in a body of several parts, as its part describes it. */
export interface FilePart<Taken> {
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly taken: Taken;
}

interface MultipartForm<Taken> {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: FilePart<Taken> | null;
}

/** What becomes of the file in a body: it is taken while it comes in, and dropped when the rest turns out to be broken. */
interface FileTaker<Taken> {
  readonly take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>;
  readonly drop: (taken: Taken) => Promise<void>;
}

interface FoundFile<Taken> extends Omit<FilePart<Taken>, 'taken'> {
  readonly taking: Promise<Taken>;
}

type FileArguments = Parameters<BusboyEvents['file']>;

/** Reads a body of several parts, in any order; of its files the first that is called `file`. @throws GraphError; what `take` throws */
export async function readMultipart<Taken>(
  body: UnreadBody,
  { take, drop }: FileTaker<Taken>,
): Promise<MultipartForm<Taken>> {
  const parser = makeParser(body.contentType);
  const parsing = new Parsing(body, parser);
  const fields = new Map<string, string>();
  const files: FoundFile<Taken>[] = [];
  parser.on('field', (name, value, isNameCut, isValueCut) => {
    if (isNameCut || isValueCut) parsing.fail(parameterError('A parameter in the body is too long.'));
    else fields.set(name, value);
  });
  parser.on('file', (...found: FileArguments) => {
    const [name, bytes, filename, , contentType] = found;
    // What is wrong with a file shows where it is read; where it is not read any more nobody needs to know.
    bytes.on('error', () => undefined);
    if (name === 'file' && files.length === 0) {
      const taking = parsing.take(bytes, take);
      files.push({ filename: filename || null, contentType: contentType || null, taking });
    } else bytes.resume();
  });
  const [file] = await parsing.done().then(
    () => files,
    async (error: unknown) => {
      for (const { taking } of files) await taking.then(drop, () => undefined);
      throw error;
    },
  );
  return { fields: Object.fromEntries(fields), file: file ? { ...file, taken: await file.taking } : null };
}

function makeParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name, type, filename) => filename !== undefined || (name === 'file' && type !== undefined),
      limits: {
        fieldNameSize: 100,
        fieldSize: limits.maxMediaFieldBytes,
        fields: limits.maxMediaParts,
        parts: limits.maxMediaParts,
        headerPairs: limits.maxMediaParts,
        headerSize: limits.maxMediaFieldBytes,
      },
    });
  } catch {
    throw brokenBody();
  }
}

/** A body on its way through a parser, until it has ended or failed: it may break, fall silent, or end too soon. */
class Parsing {
  #file: FileArguments[1] | null = null;
  readonly #body: UnreadBody;
  readonly #parser: BusboyInstance;
  readonly #outcome = Promise.withResolvers<void>();

  constructor(body: UnreadBody, parser: BusboyInstance) {
    this.#body = body;
    this.#parser = parser;
  }

  async done(): Promise<void> {
    const { stream } = this.#body;
    const broken = () => this.fail(brokenBody());
    const closed = () => stream.readableEnded || broken();
    const tooMany = () => this.fail(parameterError('The body has too many parts.'));
    for (const event of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) this.#parser.on(event, tooMany);
    this.#parser.on('error', broken);
    this.#parser.on('finish', () => this.#outcome.resolve());
    stream.on('error', broken);
    stream.on('close', closed);
    stream.setTimeout(limits.mediaSilenceMs, broken);
    stream.pipe(this.#parser);
    try {
      await this.#outcome.promise;
    } finally {
      stream.setTimeout(0);
      stream.off('close', closed);
    }
  }

  /** Has the file taken that is coming in; when it is not, the body is given up. */
  take<Taken>(bytes: FileArguments[1], take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>): Promise<Taken> {
    this.#file = bytes;
    const taking = take(bytes);
    taking.catch((error: unknown) => this.fail(error));
    return taking;
  }

  /** Gives the body up; what there is of it yet is for others to throw away. */
  fail(error: unknown): void {
    this.#outcome.reject(error);
    this.#body.stream.unpipe(this.#parser);
    this.#file?.destroy(brokenBody());
  }
}

function brokenBody(): GraphError {
  return new GraphError(100, { message: '(#100) The body of the request is broken or incomplete' });
}
