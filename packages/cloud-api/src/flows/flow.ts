import type { FlowMistake } from './json/mistakes.ts';

/** Contract section 5.6; nobody blocks or throttles flows here. */
export const flowStatuses = ['DRAFT', 'PUBLISHED', 'DEPRECATED'] as const;
export type FlowStatus = (typeof flowStatuses)[number];

export const flowCategories = [
  'SIGN_UP',
  'SIGN_IN',
  'APPOINTMENT_BOOKING',
  'LEAD_GENERATION',
  'CONTACT_US',
  'CUSTOMER_SUPPORT',
  'SURVEY',
  'OTHER',
] as const;
export type FlowCategory = (typeof flowCategories)[number];

/** The file flow.json of a flow, and what was found in it. */
export interface FlowDocument {
  /** Just as it was given. */
  readonly text: string;
  /** Null when it says none. */
  readonly jsonVersion: string | null;
  /** What the endpoint is spoken to in; null when the flow asks none. */
  readonly dataApiVersion: string | null;
  readonly mistakes: readonly FlowMistake[];
}

/** What a business decides of a flow. */
export interface FlowDefinition {
  readonly name: string;
  readonly categories: readonly FlowCategory[];
  readonly endpointUri: string | null;
  readonly document: FlowDocument;
}

/** A form of several screens that a person fills in. */
export interface Flow extends FlowDefinition {
  readonly id: string;
  readonly wabaId: string;
  /** Where it stands in the list of its account's flows. */
  readonly place: number;
  readonly status: FlowStatus;
  readonly appId: string;
  readonly previewSinceMs: number | null;
  readonly updatedAtMs: number;
}
