import { createHmac } from 'node:crypto';
import { gaps } from '../contract/gaps.ts';

/**
 * JSON as Meta writes it: everything outside ASCII as `\uXXXX` and `/` as `\/` (contract section 4.2). Some receivers
 * write the body anew before they check the signature, and get these bytes.
 */
export function encodeWebhookJson(value: unknown): Buffer {
  const json = JSON.stringify(value);
  if (!gaps.escapesWebhooks) return Buffer.from(json);
  const escaped = json
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.from(escaped, 'latin1');
}

/** The value of `X-Hub-Signature-256`: over these very bytes, with the app's secret. */
export function signWebhook(body: Uint8Array, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
