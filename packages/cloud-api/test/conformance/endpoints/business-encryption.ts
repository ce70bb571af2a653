import { generateKeyPairSync } from 'node:crypto';
import type { EndpointSuite } from '../endpoint-suite.ts';

function rsaKey(bits: number) {
  return generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

const { publicKey: first } = rsaKey(2_048);
const { publicKey: second, privateKey } = rsaKey(2_048);
const { publicKey: short } = rsaKey(1_024);
const { publicKey: elliptic } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const shown = (key: string) => ({
  data: [{ business_public_key: key, business_public_key_signature_status: 'VALID' }],
});

/** Contract section 5.4. */
export const setBusinessEncryption: EndpointSuite = {
  endpoint: 'POST /{phone}/whatsapp_business_encryption',
  accepts: {
    'a key, as a form': {
      ask: { form: { business_public_key: first } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: shown(first) }],
    },
    'another key in its place, as JSON': {
      ask: { json: { business_public_key: second } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET' }, answers: shown(second) }],
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'business_public_key' },
    'no key': { ask: { form: { business_public_key: 'key' } }, names: 'RSA public key of 2048 bits' },
    'a short key': { ask: { form: { business_public_key: short } }, names: 'business_public_key' },
    'a key of another kind': { ask: { form: { business_public_key: elliptic } }, names: 'business_public_key' },
    'a private key': { ask: { form: { business_public_key: privateKey } }, names: 'business_public_key' },
    'a number': { ask: { json: { business_public_key: 7 } }, names: 'business_public_key' },
    'an object': { ask: { json: { business_public_key: { key: first } } }, names: 'business_public_key' },
    'more than a key': {
      ask: { form: { business_public_key: `${first}${' '.repeat(2_048)}` } },
      names: 'at most 2048 characters',
    },
    'another business': {
      ask: { caller: 'another business', form: { business_public_key: first } },
      subcode: 33,
    },
  },
};

/** Contract section 5.4. */
export const getBusinessEncryption: EndpointSuite = {
  endpoint: 'GET /{phone}/whatsapp_business_encryption',
  accepts: {
    'of a number that has none': { ask: {}, answers: { data: [] } },
  },
  refuses: {
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'no token': { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

/** A key is vouched for by the device that a number is set up with. */
export const withoutDevice: EndpointSuite = {
  endpoint: 'POST /{phone}/whatsapp_business_encryption',
  isRegistered: false,
  accepts: {},
  refuses: {
    'a number that is not registered': {
      ask: { form: { business_public_key: first } },
      code: 133010,
    },
    'to show the key of one': { ask: { method: 'GET' }, code: 133010 },
  },
};
