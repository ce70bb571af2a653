import type { PhoneNumber } from '@postern/protocol';
import type { BusinessAccess } from '../business/business-access.ts';
import { exportPages, getAccountName } from '../business/person-data.ts';
import { ExportFolder } from '../person-export/export-folder.ts';
import { PersonPage } from '../person-export/person-page.ts';

export interface ExportOptions {
  readonly access: BusinessAccess;
  readonly person: PhoneNumber;
  /** A folder that is empty or not there yet. */
  readonly to: string;
  readonly json: boolean;
  readonly now: Date;
  readonly write: (text: string) => void;
}

/** The version of the files that an export is made of. */
const exportVersion = 1;

/**
 * Writes all that is kept of a person for a business into a folder, page by page. Resolves to the exit code. What was
 * written is removed when it cannot be finished. @throws CloudApiCallError | ExportFolderError
 */
export async function exportPerson({ access, person, to, json, now, write }: ExportOptions): Promise<number> {
  const account = { id: access.wabaId, name: await getAccountName(access) };
  const folder = ExportFolder.create(to);
  const counts = { conversations: 0, messages: 0 };
  try {
    const [data, html] = [folder.add('data.jsonl'), folder.add('index.html')];
    const page = new PersonPage({ account, person, exportedAt: now });
    html.append(page.begin());
    for await (const items of exportPages(access, person)) {
      data.append(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      html.append(items.map((item) => page.add(item)).join(''));
      counts.messages += items.filter(({ kind }) => kind === 'message').length;
      counts.conversations += items.filter(({ kind }) => kind === 'conversation').length;
    }
    html.append(page.end());
    data.finish();
    html.finish();
    // The last file: without it an export is not whole.
    const about = { version: exportVersion, exported_at: now.toISOString(), business_account: account, wa_id: person };
    const last = folder.add('about.json');
    last.append(`${JSON.stringify({ ...about, counts }, null, 2)}\n`);
    last.finish();
  } catch (error) {
    folder.remove();
    throw error;
  }
  const said = `Messages: ${counts.messages}, conversations: ${counts.conversations}. See ${folder.path}/index.html\n`;
  write(json ? `${JSON.stringify({ event: 'exported', folder: folder.path, ...counts })}\n` : said);
  return 0;
}
