import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { limits, type Clock } from '@postern/protocol';
import { authorityFilesIn, serverFilesIn } from '../certificates/certificate-files.ts';
import type { DataFolder } from '../instance/data-folder.ts';
import { findRunningInstance } from '../instance/previous-instance.ts';
import { httpsUrl } from '../instance/system-configs.ts';
import type { Finding } from './finding.ts';

const timeoutMs = 3_000;

/** How long the certificate for HTTPS is valid, which a running instance renews in time. Null when there is none. */
export function checkCertificate({ certificatesDir }: DataFolder, clock: Clock): Finding | null {
  const check = 'certificate';
  const certificateFile = serverFilesIn(certificatesDir).certificate;
  if (!existsSync(certificateFile)) return null;
  const { validToDate, subjectAltName = '' } = new X509Certificate(readFileSync(certificateFile));
  const message = `for ${subjectAltName.replaceAll(/(DNS|IP Address):/g, '')}, until ${validToDate.toISOString()}`;
  const leftMs = validToDate.getTime() - clock.now();
  if (leftMs > limits.certificateRenewalMs - limits.certificateRenewalLookMs) return { check, ok: true, message };
  const remedy = 'Start the instance with --https: it renews the certificate, or its log says why it cannot.';
  return { check, ok: leftMs > 0, message, remedy };
}

/** Whether the instance that runs answers by HTTPS, to somebody who trusts its authority. Null when it is not meant to. */
export async function checkHttps({ instanceFile, certificatesDir }: DataFolder): Promise<Finding | null> {
  const check = 'https';
  const running = findRunningInstance(instanceFile);
  const url = running && httpsUrl(running.ports);
  if (!url) return null;
  const authorityFile = authorityFilesIn(certificatesDir).certificate;
  try {
    const ca = readFileSync(authorityFile);
    const request = get(`${url}/healthz`, { ca, signal: AbortSignal.timeout(timeoutMs) });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.resume();
    const ok = answer.statusCode === 200;
    return { check, ok, message: `${url} ${ok ? 'answers' : `answered ${answer.statusCode}`}` };
  } catch (error) {
    const remedy = `Clients must trust ${authorityFile}; see docs/sandbox.md.`;
    return { check, ok: false, message: `${url} does not answer: ${(error as Error).message}.`, remedy };
  }
}
