import { limits } from '@postern/protocol';
import { MediaList, type MediaUse } from '../messages/media-use.ts';
import type { MessageCategory } from '../messages/message-record.ts';
import { fillIn } from './fill-in.ts';
import { TemplateRefusedError } from './template-refused.ts';
import type { TemplateRequest } from './template-request.ts';
import { messageCategoryOf, type Template, type TemplateStatus } from './template.ts';

/** A template that is ready to be sent. */
export interface FilledTemplate {
  readonly templateId: string;
  readonly name: string;
  readonly language: string;
  /** What a person is shown, as JSON; see docs/protocol.md. */
  readonly json: string;
  readonly media: readonly MediaUse[];
  readonly category: MessageCategory;
  /** As long as the message is kept when null. */
  readonly ttlMs: number | null;
}

/**
 * Fills a template in, if it may be sent: only an approved one can be, and it is found by exactly its name and language.
 * @throws TemplateRefusedError
 */
export function fillTemplate(template: Template | null, request: TemplateRequest, nowMs: number): FilledTemplate {
  const { name, language } = request;
  const usable = requireApproved(template);
  const media = new MediaList();
  const json = JSON.stringify(fillIn(request, { template: usable, media, nowMs }));
  const { category } = usable;
  const terms = { category: messageCategoryOf(category), ttlMs: ttlMsOf(usable) };
  return { templateId: usable.id, name, language, json, media: media.uses, ...terms };
}

function requireApproved(template: Template | null): Template {
  if (template?.status === 'APPROVED') return template;
  const [code, details] = (template && refusals[template.status]) ?? unknownTemplate;
  throw new TemplateRefusedError(code, details);
}

const unknownTemplate = [
  132001,
  'template: there is no approved template of this name in the language of this code.',
] as const;
const refusals: Readonly<Partial<Record<TemplateStatus, readonly [132015 | 132016, string]>>> = {
  PAUSED: [132015, 'template: this template is paused because of its quality.'],
  DISABLED: [132016, 'template: this template is disabled because of its quality.'],
};

/** Contract section 6.6. */
function ttlMsOf({ ttlSeconds, category }: Template): number | null {
  if (ttlSeconds === null) return category === 'AUTHENTICATION' ? limits.defaultAuthenticationTtlMs : null;
  return ttlSeconds === -1 ? null : ttlSeconds * 1000;
}
