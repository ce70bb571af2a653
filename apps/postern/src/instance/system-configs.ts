import { join } from 'node:path';
import type { LocalCertificates } from '../certificates/certificate-files.ts';
import type { DataFolder } from './data-folder.ts';
import { host, type Ports } from './ports.ts';
import { writePrivateJson } from './private-file.ts';
import type { Secrets } from './secrets.ts';
import type { DatabaseSystem, SystemName } from './systems.ts';

/** What the settings of an instance's systems are made from. */
export interface Wiring {
  readonly folder: DataFolder;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly webhookUrl: string | null;
  readonly rateLimits: boolean;
  /** With what the Cloud API listens for HTTPS, if it does. */
  readonly certificates: LocalCertificates | null;
  readonly databaseUrl: (system: DatabaseSystem) => string;
}

export interface SystemUrls {
  readonly cloudApi: string;
  readonly transport: string;
  readonly businessManager: string;
  readonly sandbox: string;
}

export function systemUrls({ cloudApi, transport, businessManager, sandbox }: Ports): SystemUrls {
  const at = (port: number) => `http://${host}:${port}`;
  return {
    cloudApi: at(cloudApi),
    transport: at(transport),
    businessManager: at(businessManager),
    sandbox: at(sandbox),
  };
}

/** Writes the config file of a system (mode 0600) and returns its path. */
export function writeSystemConfig(system: SystemName, wiring: Wiring): string {
  const file = join(wiring.folder.configDir, `${system}.json`);
  writePrivateJson(file, configOf[system](wiring));
  return file;
}

const configOf: Readonly<Record<SystemName, (wiring: Wiring) => object>> = {
  transport: ({ databaseUrl, folder, ports, secrets: { verifierToken, inspectToken, operatorToken } }) => ({
    databaseUrl: databaseUrl('transport'),
    host,
    port: ports.transport,
    verifierUrl: `${systemUrls(ports).sandbox}/codes`,
    verifierToken,
    inspectToken,
    operatorToken,
    blobsFolder: folder.blobsDir,
  }),
  'business-manager': ({
    databaseUrl,
    folder,
    ports,
    secrets: { adminToken, serviceToken, operatorToken, masterKey },
  }) => ({
    databaseUrl: databaseUrl('business-manager'),
    host,
    port: ports.businessManager,
    adminToken,
    serviceToken,
    operatorToken,
    masterKey,
    auditFolder: join(folder.auditDir, 'business-manager'),
  }),
  'cloud-api': cloudApiConfig,
  'cloud-api-worker': cloudApiConfig,
  sandbox: sandboxConfig,
};

/** Where the Cloud API answers by HTTPS; null when it does not. */
export function httpsUrl({ cloudApiHttps }: Ports): string | null {
  return cloudApiHttps === undefined ? null : `https://localhost:${cloudApiHttps}`;
}

function cloudApiConfig({ databaseUrl, folder, ports, secrets, rateLimits, certificates }: Wiring): object {
  const { transport, businessManager } = systemUrls(ports);
  return {
    databaseUrl: databaseUrl('cloud-api'),
    host,
    port: ports.cloudApi,
    ...(certificates && {
      httpsPort: ports.cloudApiHttps,
      httpsCertificateFile: certificates.certificateFile,
      httpsKeyFile: certificates.keyFile,
    }),
    transportUrl: transport,
    businessManagerUrl: businessManager,
    serviceToken: secrets.serviceToken,
    operatorToken: secrets.operatorToken,
    reviewToken: secrets.reviewToken,
    keyringFolder: folder.keyringDir,
    auditFolder: join(folder.auditDir, 'cloud-api'),
    mediaFolder: folder.mediaDir,
    // The clock of a laptop that slept for months is believed: what is kept here is for trying things out.
    acceptClockAt: new Date().toISOString(),
    allowLoopbackWebhooks: true,
    rateLimits,
    allowHighThroughput: true,
    messagingLimit: 'TIER_100K',
  };
}

function sandboxConfig({ folder, ports, secrets, webhookUrl }: Wiring): object {
  const { cloudApi, transport, businessManager } = systemUrls(ports);
  const { adminToken, sandboxToken, verifierToken, inspectToken, verifyToken } = secrets;
  return {
    host,
    port: ports.sandbox,
    transportUrl: transport,
    cloudApiUrl: cloudApi,
    businessManagerUrl: businessManager,
    adminToken,
    sandboxToken,
    verifierToken,
    inspectToken,
    verifyToken,
    peopleDir: folder.peopleDir,
    stateFile: folder.sandboxFile,
    ...(webhookUrl !== null && { webhookUrl }),
  };
}
