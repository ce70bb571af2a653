/** Why a template was not changed. */
export type TemplateRefusal =
  | 'exists'
  | 'name-locked'
  | 'too-many'
  | 'too-many-in-an-hour'
  | 'not-editable'
  | 'edited-too-often'
  | 'category-fixed';

/** A template was not made or changed, for a reason that the business can do something about. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly retryable = false;
  readonly reason: TemplateRefusal;

  constructor(reason: TemplateRefusal) {
    super(`The template was not changed: ${reason}.`);
    this.reason = reason;
  }
}
