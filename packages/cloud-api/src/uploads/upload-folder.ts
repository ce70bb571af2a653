import { join } from 'node:path';
import type { CloudApiConfig } from '../config.ts';
import { MediaFolder } from '../media/media-folder.ts';

/** Where uploads lie: beside the folders of the numbers. */
export function uploadFolderOf({ mediaFolder }: Pick<CloudApiConfig, 'mediaFolder'>): MediaFolder {
  return new MediaFolder(join(mediaFolder, 'uploads'));
}
