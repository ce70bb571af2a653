import type { MessageCategory } from '../messages/message-record.ts';
import type { DeclaredComponent } from './component.ts';

export const templateCategories = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] as const;
export const templateStatuses = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'ARCHIVED'] as const;
export const templateQualities = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN'] as const;

export type TemplateCategory = (typeof templateCategories)[number];
export type TemplateStatus = (typeof templateStatuses)[number];
export type TemplateQuality = (typeof templateQualities)[number];
export type ParameterFormat = 'POSITIONAL' | 'NAMED';

/** What a business says a template is to be. */
export interface TemplateDefinition {
  readonly name: string;
  readonly language: string;
  readonly category: TemplateCategory;
  /** Whether it is about an order, and how. */
  readonly subCategory: 'ORDER_DETAILS' | 'ORDER_STATUS' | null;
  readonly parameterFormat: ParameterFormat;
  /** As they are shown, and stored. */
  readonly components: readonly DeclaredComponent[];
  /** -1 for as long as it can be; null for the default of its category. */
  readonly ttlSeconds: number | null;
  readonly isLinkTrackingOptedOut: boolean | null;
  /** The template of the library that it was made of, as long as it says what that one says. */
  readonly libraryName: string | null;
}

/** A template of a business account. */
export interface Template extends TemplateDefinition {
  readonly id: string;
  readonly wabaId: string;
  readonly place: number;
  readonly status: TemplateStatus;
  readonly previousCategory: TemplateCategory | null;
  readonly correctCategory: TemplateCategory | null;
  readonly quality: TemplateQuality;
  readonly qualityAtMs: number | null;
  readonly rejectedReason: string | null;
  readonly rejectionNote: string | null;
  readonly wasApproved: boolean;
  readonly pauses: number;
  readonly pausedUntilMs: number | null;
  readonly editsAtMs: readonly number[];
  readonly updatedAtMs: number;
}

/** On which terms a message made from a template of this category goes out. */
export function messageCategoryOf(category: TemplateCategory): MessageCategory {
  return category === 'MARKETING' ? 'marketing' : category === 'UTILITY' ? 'utility' : 'authentication';
}
