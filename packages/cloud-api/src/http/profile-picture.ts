import { limits } from '@postern/protocol';
import type { ProfilePicture } from '../numbers/profile-pictures.ts';
import type { UploadedFile } from '../uploads/uploads.ts';

const mediaTypes = ['image/jpeg', 'image/png'];

/** An uploaded file as the picture of a profile; null when it is none that a profile may have. */
export async function readPicture(file: UploadedFile): Promise<ProfilePicture | null> {
  const { mimeType, size } = file;
  if (!mediaTypes.includes(mimeType) || size > limits.maxProfilePictureBytes) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return { mediaType: mimeType, bytes: Buffer.concat(chunks) };
}
