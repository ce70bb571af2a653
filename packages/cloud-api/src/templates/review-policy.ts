import type { CloudApiConfig } from '../config.ts';
import type { TemplateStatus } from './template.ts';

/** How new and changed templates are reviewed: approved at once, approved after a delay, or by somebody. */
export type ReviewPolicy =
  | { readonly kind: 'at-once' }
  | { readonly kind: 'after-delay'; readonly delayMs: number }
  | { readonly kind: 'by-hand' };

/** The state in which a template's review begins. */
export interface Review {
  readonly status: Extract<TemplateStatus, 'APPROVED' | 'PENDING'>;
  /** When it is approved by itself; null when it is already or when somebody has to decide. */
  readonly reviewAtMs: number | null;
}

/** How the review of a template that was made or changed now begins. */
export function reviewOf(policy: ReviewPolicy, nowMs: number): Review {
  if (policy.kind === 'at-once') return { status: 'APPROVED', reviewAtMs: null };
  return { status: 'PENDING', reviewAtMs: policy.kind === 'after-delay' ? nowMs + policy.delayMs : null };
}

/** The policy that the settings choose. */
export function reviewPolicy({
  templateReview: kind,
  templateReviewDelaySeconds: seconds,
}: Pick<CloudApiConfig, 'templateReview' | 'templateReviewDelaySeconds'>): ReviewPolicy {
  return kind === 'after-delay' ? { kind, delayMs: seconds * 1000 } : { kind };
}
