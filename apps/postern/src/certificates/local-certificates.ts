import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { limits, type Clock } from '@postern/protocol';
import { writePrivateFile } from '../instance/private-file.ts';
import { authorityFilesIn, serverFilesIn, type LocalCertificates, type PairFiles } from './certificate-files.ts';
import { certifyAuthority, certifyServer, listCertifiable } from './authority.ts';

/** By what this machine calls itself. */
const ownHosts = ['localhost', '127.0.0.1', '::1'] as const;

interface Wish {
  readonly dir: string;
  /** Other names that clients may know this machine by. */
  readonly names: readonly string[];
  /** The machine's own clock: clients look at theirs, wherever the sandbox has moved its time to. */
  readonly clock: Clock;
}

/**
 * Makes an authority of this data folder's own and a certificate for this machine; or takes those that are there, as long as
 * they will do. A new authority, which clients have to trust anew, is made only when the old one ends or may not certify a
 * name that is wanted.
 */
export function ensureLocalCertificates({ dir, names, clock }: Wish): LocalCertificates {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const hosts = [...ownHosts, ...names];
  const now = new Date(clock.now());
  const authority = ensureAuthority(dir, hosts, now);
  return { authorityFile: authority.files.certificate, ...ensureServer(dir, authority, { hosts, now }) };
}

interface Pair {
  readonly files: PairFiles;
  readonly key: string;
  readonly certificate: X509Certificate;
}

function ensureAuthority(dir: string, hosts: readonly string[], now: Date): Pair {
  const files = authorityFilesIn(dir);
  const known = findPair(files);
  if (known && outlives(known, now, limits.certificateValidMs) && mayCertify(known, hosts)) return known;
  const key = newKey();
  return keepPair(files, key, certifyAuthority(key, randomBytes(3).toString('hex'), { hosts, now }));
}

function ensureServer(
  dir: string,
  authority: Pair,
  { hosts, now }: { hosts: readonly string[]; now: Date },
): Pick<LocalCertificates, 'certificateFile' | 'keyFile'> {
  const files = serverFilesIn(dir);
  const known = findPair(files);
  const isGood =
    known && outlives(known, now, limits.certificateRenewalMs) && isFrom(known, authority) && isFor(known, hosts);
  if (!isGood) {
    // A server that reads the files while they change never sees a certificate without its key.
    const key = known?.key ?? newKey();
    const name = authority.certificate.subject.replace(/^CN=/, '');
    keepPair(files, key, certifyServer(key, { key: authority.key, name }, { hosts, now }));
  }
  return { certificateFile: files.certificate, keyFile: files.key };
}

/** A certificate with its key; null when either is missing or broken, or they do not belong together. */
function findPair(files: PairFiles): Pair | null {
  if (!existsSync(files.key) || !existsSync(files.certificate)) return null;
  try {
    const key = readFileSync(files.key, 'utf8');
    const certificate = new X509Certificate(readFileSync(files.certificate));
    return certificate.checkPrivateKey(createPrivateKey(key)) ? { files, key, certificate } : null;
  } catch {
    // Whatever stands there is no certificate: a new one takes its place.
    return null;
  }
}

function keepPair(files: PairFiles, key: string, certificate: string): Pair {
  writePrivateFile(files.key, key);
  writePrivateFile(files.certificate, certificate);
  return { files, key, certificate: new X509Certificate(certificate) };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Whether it will be valid for so much longer, and is already. */
function outlives({ certificate: { validFromDate, validToDate } }: Pair, now: Date, durationMs: number): boolean {
  return validFromDate <= now && validToDate.getTime() - now.getTime() > durationMs;
}

function mayCertify({ certificate }: Pair, hosts: readonly string[]): boolean {
  const certifiable = new Set(listCertifiable(certificate));
  return hosts.every((host) => certifiable.has(host));
}

function isFrom({ certificate }: Pair, authority: Pair): boolean {
  return certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey);
}

function isFor({ certificate }: Pair, hosts: readonly string[]): boolean {
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)));
}
