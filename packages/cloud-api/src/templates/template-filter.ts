import { limits } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import type { TemplateCategory, TemplateQuality, TemplateStatus } from './template.ts';

/** Which templates of an account are asked for; null means any. */
export interface TemplateFilter {
  /** Part of the name. */
  readonly name: string | null;
  /** Part of what the template says. */
  readonly content: string | null;
  readonly nameOrContent: string | null;
  readonly statuses: readonly TemplateStatus[] | null;
  readonly categories: readonly TemplateCategory[] | null;
  readonly languages: readonly string[] | null;
  readonly qualities: readonly TemplateQuality[] | null;
  /** Where it came from. */
  readonly sources: readonly string[] | null;
}

/** The condition of a filter, in SQL, on the templates of one account. */
export function filterCondition(wabaId: string, filter: TemplateFilter): { sql: string; values: unknown[] } {
  const values: unknown[] = [wabaId];
  const conditions = ['waba_id = $1'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(filter.name, (place) => `strpos(name, lower(${place})) > 0`);
  add(filter.content, (place) => `strpos(${contentText}, lower(${place})) > 0`);
  add(
    filter.nameOrContent,
    (place) => `(strpos(name, lower(${place})) > 0 OR strpos(${contentText}, lower(${place})) > 0)`,
  );
  add(filter.statuses, (place) => `status = ANY(${place})`);
  add(filter.categories, (place) => `category = ANY(${place})`);
  add(filter.languages, (place) => `language = ANY(${place})`);
  add(filter.qualities, (place) => `quality = ANY(${place})`);
  add(filter.sources, (place) => `'${gaps.templateSource}' = ANY(${place})`);
  return { sql: conditions.join(' AND '), values };
}

// Every text of the components, the cards' too, but not their examples.
const contentText = `(SELECT coalesce(lower(string_agg(found #>> '{}', E'\\n')), '')
  FROM jsonb_path_query(components::jsonb, '$.**{1 to ${limits.maxTemplateDepth}}.text') AS found)`;
