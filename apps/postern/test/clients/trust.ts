import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Ready } from '../../src/instance/ready.ts';

/** Trusts an instance's authority in this process, as NODE_EXTRA_CA_CERTS does. Returns how to stop that. */
export function trustAuthority({ authorityFile }: Ready): () => void {
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, readFileSync(String(authorityFile), 'utf8')]);
  return () => setDefaultCACertificates(trusted);
}
