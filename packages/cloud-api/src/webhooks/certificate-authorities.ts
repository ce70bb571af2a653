import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { ConfigError } from '@postern/service';

/**
 * What certificates of endpoints are checked against: the authorities that are trusted anyway, and those in a PEM file of the
 * operator's. Undefined, which means the usual ones, without a file.
 * @throws ConfigError when the file cannot be read or holds no certificate
 */
export function trustAuthorities(file: string | undefined): SecureContext | undefined {
  if (file === undefined) return undefined;
  try {
    const own = readCertificates(readFileSync(file, 'utf8'));
    return createSecureContext({ ca: [...getCACertificates('default'), ...own] });
  } catch (error) {
    throw new ConfigError('The webhookCaFile must be a readable PEM file of certificates.', { cause: error });
  }
}

/** Each certificate of a PEM file, checked to be one. */
function readCertificates(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error('There is no certificate.');
  return blocks.map((block) => new X509Certificate(block).toString());
}
