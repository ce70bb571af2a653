import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyEvents, type BusboyInstance } from '@fastify/busboy';
import { limits } from '@postern/protocol';
import { GraphError, parameterError } from './graph-errors.ts';
import { readNamedValues } from './named-values.ts';

/** A file in a body of several parts, as its part describes it. */
export interface FilePart<Taken> {
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly taken: Taken;
}

type Fields = Readonly<Record<string, unknown>>;

interface MultipartForm<Taken> {
  readonly fields: Fields;
  readonly file: FilePart<Taken> | null;
}

/** What becomes of the file in a body: it is taken while it comes in, and dropped when the rest turns out to be broken. */
interface FileTaker<Taken> {
  readonly take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>;
  readonly drop: (taken: Taken) => Promise<void>;
}

type FileArguments = Parameters<BusboyEvents['file']>;

interface FoundFile {
  readonly bytes: FileArguments[1];
  readonly filename: string | null;
  readonly contentType: string | null;
}

/**
 * A body of several parts, in any order, on its way in; of its files only the first that is called `file` counts. It may break,
 * fall silent, or end too soon. Nothing of its file is read before somebody takes it.
 */
export class MultipartBody {
  readonly #stream: IncomingMessage;
  readonly #parser: BusboyInstance;
  readonly #fields: [string, string][] = [];
  readonly #begun = Promise.withResolvers<Fields>();
  readonly #ended = Promise.withResolvers<void>();
  #file: FoundFile | null = null;
  #hasFiles = false;
  #fieldBytes = 0;

  /** Begins to read. @throws GraphError when it has no boundary */
  constructor(stream: IncomingMessage, contentType: string) {
    this.#stream = stream;
    this.#parser = makeParser(contentType);
    // A body may break when nobody waits for it any more.
    this.#begun.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
    this.#parser.on('field', (...[name, value, isNameCut, isValueCut]) => {
      this.#addField(name, value, isNameCut || isValueCut);
    });
    this.#parser.on('file', (...found: FileArguments) => this.#addFile(found));
    this.#pipe();
  }

  /** The fields that come before the file, or all of them when there is none. @throws GraphError */
  readHead(): Promise<Fields> {
    return this.#begun.promise;
  }

  /** All the fields of a body that must not carry a file. @throws GraphError */
  async readFields(): Promise<Fields> {
    await this.#begun.promise;
    if (this.#file) this.#fail(fileUnwanted());
    await this.#ended.promise;
    if (this.#hasFiles) throw fileUnwanted();
    return readNamedValues(this.#fields);
  }

  /** Everything. @throws GraphError; what `take` throws */
  async read<Taken>({ take, drop }: FileTaker<Taken>): Promise<MultipartForm<Taken>> {
    await this.#begun.promise;
    const file = this.#file;
    const taking = file ? take(file.bytes) : null;
    taking?.catch((error: unknown) => this.#fail(error));
    try {
      await this.#ended.promise;
    } catch (error) {
      await taking?.then(drop, () => undefined);
      throw error;
    }
    const fields = readNamedValues(this.#fields);
    if (!file || !taking) return { fields, file: null };
    return { fields, file: { filename: file.filename, contentType: file.contentType, taken: await taking } };
  }

  /** Throws away what there is of it yet. */
  discard(): void {
    this.#fail(brokenBody());
    discardBody(this.#stream);
  }

  /** A part may come without a name, whatever the types of the parser say. */
  #addField(name: string | undefined, value: string | undefined, isCut: boolean): void {
    if (name === undefined || value === undefined) return;
    this.#fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (isCut || this.#fieldBytes > limits.maxRequestBodyBytes)
      this.#fail(parameterError('A parameter in the body is too long.'));
    else this.#fields.push([name, value]);
  }

  #addFile([name, bytes, filename, , contentType]: FileArguments): void {
    this.#hasFiles = true;
    // What is wrong with a file shows where it is read; where it is not read any more nobody needs to know.
    bytes.on('error', () => undefined);
    if (name !== 'file' || this.#file) {
      bytes.resume();
      return;
    }
    this.#file = { bytes, filename: filename || null, contentType: contentType || null };
    this.#begun.resolve(readNamedValues(this.#fields));
  }

  #pipe(): void {
    const [stream, parser] = [this.#stream, this.#parser];
    const broken = () => this.#fail(brokenBody());
    const closed = () => stream.readableEnded || broken();
    const tooMany = () => this.#fail(parameterError('The body has too many parts.'));
    for (const event of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) parser.on(event, tooMany);
    parser.on('error', broken);
    parser.on('finish', () => this.#finish());
    stream.on('error', broken);
    stream.on('close', closed);
    stream.setTimeout(limits.mediaSilenceMs, broken);
    stream.pipe(parser);
  }

  #finish(): void {
    this.#stream.setTimeout(0);
    this.#begun.resolve(readNamedValues(this.#fields));
    this.#ended.resolve();
  }

  /** Gives the body up; what there is of it yet is for others to throw away. */
  #fail(error: unknown): void {
    this.#stream.setTimeout(0);
    this.#begun.reject(error);
    this.#ended.reject(error);
    this.#stream.unpipe(this.#parser);
    this.#file?.bytes.destroy(brokenBody());
  }
}

function makeParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name, type, filename) => filename !== undefined || (name === 'file' && type !== undefined),
      limits: {
        fieldNameSize: 100,
        fieldSize: limits.maxRequestBodyBytes,
        fields: limits.maxBodyParts,
        parts: limits.maxBodyParts,
        headerPairs: limits.maxBodyParts,
        headerSize: limits.maxPartHeaderBytes,
      },
    });
  } catch {
    throw brokenBody();
  }
}

/** Throws away what there is yet of a body that nobody wants, within bounds: whoever writes on after them is cut off. */
export function discardBody(stream: IncomingMessage): void {
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.maxRefusedBodyBytes) stream.destroy();
  });
  stream.on('error', () => undefined);
  stream.resume();
}

function brokenBody(): GraphError {
  return new GraphError(100, { message: '(#100) The body of the request is broken or incomplete' });
}

function fileUnwanted(): GraphError {
  return parameterError('No file can be sent here.');
}
