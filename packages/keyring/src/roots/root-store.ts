/** What holds the root key. */
export type RootBackend = 'file' | 'passphrase' | 'pkcs11';

/**
 * Where root keys live. One for each generation of the keyring: it wraps the key of the file of that generation, and
 * when it is destroyed no copy of that file opens any more.
 */
export interface RootStore {
  readonly backend: RootBackend;
  /** The generations that have a root key, in rising order. */
  listGenerations(): number[];
  /** Makes a new root key, in the place of one that a crash left behind. Durable before it returns. */
  create(generation: number): void;
  /** Destroys a root key for ever. Does nothing when there is none. */
  destroy(generation: number): void;
  /** Wraps a key of 32 bytes. `about` is authenticated with it. @throws KeyringLockedError */
  wrap(generation: number, about: string, secret: Uint8Array): Buffer;
  /** The reverse; null when it was not wrapped by this generation's root, or that root is gone. @throws KeyringLockedError */
  findUnwrapped(generation: number, about: string, wrapped: Uint8Array): Buffer | null;
  close(): void;
}

/** How the root key is kept. */
export type RootSettings =
  | { readonly kind: 'file'; readonly folder?: string }
  | { readonly kind: 'passphrase'; readonly folder?: string; readonly passphrase: Buffer }
  | {
      readonly kind: 'pkcs11';
      /** The path of the token's library. */
      readonly library: string;
      readonly tokenLabel: string;
      readonly pin: string;
      /** What the labels of our keys on the token begin with. */
      readonly label: string;
    };
