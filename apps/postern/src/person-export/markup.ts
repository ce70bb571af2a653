const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that may stand on a page as it is. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** Puts values between pieces of HTML; each is escaped unless it is markup itself. */
export function markup(pieces: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup {
  const rest = values.map((value, at) => render(value) + (pieces[at + 1] ?? ''));
  return new Markup((pieces[0] ?? '') + rest.join(''));
}

function render(value: string | number | Markup): string {
  if (value instanceof Markup) return value.html;
  return String(value).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
