import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** What an X.509 certificate says, and who says it. Keys are on P-256. */
export interface CertificateDraft {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The key that is certified. */
  readonly publicKey: KeyObject;
  /** The key that the issuer signs with. */
  readonly signingKey: KeyObject;
  readonly extensions: readonly Extension[];
}

const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
const commonName = '2.5.4.3';
const serialBytes = 16;

/** Makes and signs a certificate, in PEM. */
export function signCertificate(draft: CertificateDraft): string {
  const { notBefore, notAfter } = draft;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: randomSerial(),
    signature: ecdsaWithSha256,
    issuer: nameOf(draft.issuer),
    validity: new Validity({ notBefore, notAfter }),
    subject: nameOf(draft.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(draft.publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions([...draft.extensions]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), draft.signingKey);
  const signed = new Certificate({
    tbsCertificate,
    signatureAlgorithm: ecdsaWithSha256,
    signatureValue: toArrayBuffer(signature),
  });
  return toPem(Buffer.from(AsnConvert.serialize(signed)));
}

/** An extension with its value, in DER. */
export function extension(id: string, value: object, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** The identifier of a key in certificates: a hash of the key itself (RFC 5280, 4.2.1.2). */
export function keyIdentifier(key: KeyObject): OctetString {
  const { subjectPublicKey } = AsnConvert.parse(spkiOf(key), SubjectPublicKeyInfo);
  return new OctetString(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest());
}

/** A host as certificates name it; with `whole`, as the range that holds it alone. */
export function generalName(host: string, { whole = false } = {}): GeneralName {
  const version = isIP(host);
  if (version === 0) return new GeneralName({ dNSName: host });
  const bits = version === 4 ? 32 : 128;
  return new GeneralName({ iPAddress: whole ? `${host}/${bits}` : host });
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })])]);
}

/** A positive number that nobody can guess. */
function randomSerial(): ArrayBuffer {
  return toArrayBuffer(Buffer.concat([Buffer.of(1), randomBytes(serialBytes)]));
}

function spkiOf(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
