import type { Database } from '@postern/postgres';
import type { Clock } from '@postern/protocol';
import type { AuditTrail } from '../audit/audit-trail.ts';
import type { CloudApiConfig } from '../config.ts';
import { BusinessDeclarations } from './business-declarations.ts';
import type { SystemRegions } from './record-of-processing.ts';
import { readSubProcessors } from './sub-processor.ts';
import { SubProcessors } from './sub-processors.ts';
import { Terms } from './terms.ts';

/** What the compliance operations work with. */
export interface Compliance {
  readonly regions: SystemRegions;
  /** The longest time for which messages are kept here, whatever a number's own setting. */
  readonly maxRetentionHours: number;
  readonly declarations: Pick<BusinessDeclarations, 'listRetentionHours' | 'listWebhookDestinations'>;
  readonly subProcessors: Pick<SubProcessors, 'get'>;
  readonly terms: Pick<Terms, 'inForce' | 'accept' | 'list'>;
}

interface ComplianceStart {
  readonly config: CloudApiConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditTrail;
}

/** Declares the operator's list of sub-processors and opens the rest. @throws ConfigError when the list may not be declared */
export async function startCompliance({ config, db, clock, audit }: ComplianceStart): Promise<Compliance> {
  const {
    subProcessorsFile: file,
    maxRetentionHours,
    region,
    transportRegion = null,
    businessManagerRegion = null,
  } = config;
  const subProcessors = new SubProcessors({ db, clock, audit });
  await subProcessors.declare(file === undefined ? null : readSubProcessors(file));
  return {
    regions: { cloud_api: region, transport: transportRegion, business_manager: businessManagerRegion },
    declarations: new BusinessDeclarations(db, maxRetentionHours),
    maxRetentionHours,
    subProcessors,
    terms: new Terms({ db, clock, audit, inForce: { version: config.termsVersion, url: config.termsUrl ?? null } }),
  };
}
