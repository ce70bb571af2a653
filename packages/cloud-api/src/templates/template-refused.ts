/** Errors of contract section 6.8 about filling a template in. */
export type TemplateRefusedCode =
  131008 | 131009 | 132000 | 132001 | 132005 | 132007 | 132012 | 132015 | 132016 | 132018 | 134100;

/** A template cannot be sent as it was asked for. The details name what is wrong and hold no value that was sent. */
export class TemplateRefusedError extends Error {
  override readonly name = 'TemplateRefusedError';
  readonly retryable = false;
  readonly code: TemplateRefusedCode;
  readonly details: string;

  constructor(code: TemplateRefusedCode, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

/** Something is in the request that the template has no place for, or twice (contract section 2.5). */
export function structureError(details: string): TemplateRefusedError {
  return new TemplateRefusedError(132018, details);
}
