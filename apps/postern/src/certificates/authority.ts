import { createPrivateKey, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import { limits } from '@postern/protocol';
import { extension, generalName, keyIdentifier, signCertificate } from './certificate.ts';

/** Whose clock is a little behind takes a new certificate too. */
const clockDifferenceMs = 60 * 60_000;

interface ForHosts {
  /** Host names and addresses. */
  readonly hosts: readonly string[];
  readonly now: Date;
}

/**
 * The certificate of a new authority, in PEM, which certifies these hosts and nothing else: whoever steals its key from one
 * who trusts it cannot pass for anybody's bank.
 * @param id tells this authority from others of the same name, in lists of trusted ones
 */
export function certifyAuthority(key: string, id: string, { hosts, now }: ForHosts): string {
  const signingKey = createPrivateKey(key);
  const subject = `Postern local authority ${id}`;
  const permitted = hosts.map((host) => new GeneralSubtree({ base: generalName(host, { whole: true }) }));
  return signCertificate({
    subject,
    issuer: subject,
    ...validFor(now, limits.authorityValidMs),
    publicKey: signingKey,
    signingKey,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
      extension(
        id_ce_nameConstraints,
        new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) }),
        true,
      ),
      extension(id_ce_subjectKeyIdentifier, keyIdentifier(signingKey)),
    ],
  });
}

/** A certificate of the authority's for a server at these hosts, in PEM. */
export function certifyServer(
  serverKey: string,
  authority: { readonly key: string; readonly name: string },
  { hosts, now }: ForHosts,
): string {
  const signingKey = createPrivateKey(authority.key);
  const publicKey = createPublicKey(serverKey);
  const names = hosts.map((host) => generalName(host));
  return signCertificate({
    subject: 'Postern',
    issuer: authority.name,
    ...validFor(now, limits.certificateValidMs),
    publicKey,
    signingKey,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, new SubjectAlternativeName(names)),
      extension(id_ce_subjectKeyIdentifier, keyIdentifier(publicKey)),
      extension(id_ce_authorityKeyIdentifier, identifierOf(signingKey)),
    ],
  });
}

function identifierOf(key: KeyObject): AuthorityKeyIdentifier {
  return new AuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(key) });
}

function validFor(now: Date, durationMs: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - clockDifferenceMs),
    notAfter: new Date(now.getTime() + durationMs),
  };
}

/** The hosts that an authority may certify. */
export function listCertifiable(authority: X509Certificate): string[] {
  const { tbsCertificate } = AsnConvert.parse(authority.raw, Certificate);
  const constraints = tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
  if (!constraints) return [];
  const { permittedSubtrees = [] } = AsnConvert.parse(constraints.extnValue.buffer, NameConstraints);
  return permittedSubtrees.flatMap(({ base: { dNSName, iPAddress } }) => dNSName ?? iPAddress?.split('/')[0] ?? []);
}
