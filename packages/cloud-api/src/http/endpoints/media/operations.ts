import type { MediaOperation } from '../../operation.ts';
import { getMedia, removeMedia } from './media.ts';

/** What can be done with a medium. */
export const mediaOperations: readonly MediaOperation[] = [getMedia, removeMedia];
