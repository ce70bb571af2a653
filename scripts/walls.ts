/** What one workspace may import. Names are the folder names, which are the package names after `@postern/`. */
export interface Wall {
  /** Other workspaces that its program text may import. */
  source: readonly string[];
  /** Other workspaces that only its tests may import, on top of those. */
  tests: readonly string[];
}

const everything = [
  'protocol',
  'signal',
  'postgres',
  'service',
  'client',
  'keyring',
  'audit-log',
  'transport',
  'business-manager',
  'cloud-api',
  'sandbox',
];

/**
 * The one table of the house's walls. The relay (`transport`) never meets anything that knows plaintext, not even in
 * its tests; the three systems never import each other; only the program wires them together.
 */
export const walls: Readonly<Record<string, Wall>> = {
  protocol: { source: [], tests: [] },
  signal: { source: ['protocol'], tests: [] },
  postgres: { source: ['protocol'], tests: [] },
  service: { source: ['protocol'], tests: [] },
  keyring: { source: ['protocol'], tests: [] },
  'audit-log': { source: ['protocol'], tests: [] },
  client: { source: ['protocol', 'signal'], tests: ['postgres', 'service', 'transport'] },
  transport: { source: ['protocol', 'postgres', 'service'], tests: [] },
  'business-manager': { source: ['protocol', 'postgres', 'service', 'audit-log'], tests: [] },
  'cloud-api': {
    source: ['protocol', 'postgres', 'service', 'client', 'signal', 'keyring', 'audit-log'],
    tests: ['transport', 'business-manager'],
  },
  sandbox: { source: ['protocol', 'service', 'client'], tests: ['postgres', 'signal', 'transport'] },
  postern: { source: everything, tests: [] },
};

/** Libraries that one workspace keeps to itself: every other one goes through that workspace. */
export const soleImporters: Readonly<Record<string, string>> = {
  '@signalapp/libsignal-client': 'signal',
  pkcs11js: 'keyring',
};

/** Inside these, the folder `src/http` may import the nouns beside it, and a noun never imports `src/http`. */
export const services: readonly string[] = ['transport', 'business-manager', 'cloud-api'];
