import { readFileSync } from 'node:fs';
import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parseUrl } from '../cli/option-values.ts';
import { UsageError } from '../cli/usage-error.ts';
import { DataFolderError, describeDataFolder } from '../instance/data-folder.ts';
import { findRunningInstance } from '../instance/previous-instance.ts';
import { systemUrls } from '../instance/system-configs.ts';

/** What a business calls the Cloud API with. */
export interface BusinessAccess {
  /** The Cloud API, without a version. */
  readonly url: string;
  readonly wabaId: string;
  readonly token: string;
}

/** Where the access is looked for: on the command line, or in the data folder of a sandbox. */
export interface AccessOptions {
  readonly data: string;
  readonly url: string | null;
  readonly waba: string | null;
  readonly tokenFile: string | null;
}

const sandboxState = Type.Object({
  business: Type.Object({ wabaId: Type.String({ minLength: 1 }), accessToken: Type.String({ minLength: 1 }) }),
});

/**
 * With a URL: that Cloud API, with the token from the file or from `POSTERN_TOKEN`. Without one: the sandbox that runs on
 * the data folder, with its own token. The token of one is never shown to the other.
 * @throws UsageError | DataFolderError
 */
export function findBusinessAccess(options: AccessOptions, environment: NodeJS.ProcessEnv): BusinessAccess {
  const { data, url, waba, tokenFile } = options;
  if (url === null) {
    if (waba !== null || tokenFile !== null) throw new UsageError('--waba and --token-file go with --url.');
    return sandboxAccess(data);
  }
  if (waba === null || !/^\d{1,32}$/.test(waba)) throw new UsageError('--url needs --waba, the business account’s id.');
  const token = tokenFile === null ? environment['POSTERN_TOKEN'] : readTokenFile(tokenFile);
  if (token === undefined) throw new UsageError('--url needs a token: --token-file FILE, or POSTERN_TOKEN.');
  return { url: parseUrl('url', url).replace(/\/+$/, ''), wabaId: waba, token: checkToken(token) };
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The token file cannot be read: ${(error as Error).message}.`);
  }
}

/** A line end after the token does not count. */
function checkToken(text: string): string {
  const token = text.replace(/\r?\n$/, '');
  if (/^[\x21-\x7e]+$/.test(token) && token.length <= limits.maxTokenCharacters) return token;
  throw new UsageError('What is given as the token is none.');
}

function sandboxAccess(data: string): BusinessAccess {
  const folder = describeDataFolder(data);
  const running = findRunningInstance(folder.instanceFile);
  if (!running)
    throw new DataFolderError(
      `No sandbox runs on ${folder.root}. Start it with postern start, or name a Cloud API with --url.`,
    );
  const state: unknown = JSON.parse(readFileSync(folder.sandboxFile, 'utf8'));
  if (!Value.Check(sandboxState, state))
    throw new DataFolderError(`The sandbox on ${folder.root} has no business yet. It is still starting.`);
  const { wabaId, accessToken } = state.business;
  return { url: systemUrls(running.ports).cloudApi, wabaId, token: accessToken };
}
