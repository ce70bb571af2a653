import { findComponent, mediaFormats, type DeclaredComponent, type MediaFormat } from '../../templates/component.ts';
import type { ActiveToken } from '../../access/introspection.ts';
import { parameterError } from '../graph-errors.ts';
import type { Services } from '../operation.ts';

/** Of what a header of each kind is shown with (contract section 3.3 has what can be uploaded). */
const typesOf: Readonly<Record<MediaFormat, readonly string[]>> = {
  IMAGE: ['image/jpeg', 'image/jpg', 'image/png'],
  VIDEO: ['video/mp4'],
  DOCUMENT: ['application/pdf'],
  GIF: ['video/mp4'],
};

interface Handle {
  readonly format: MediaFormat;
  readonly handle: string;
}

/**
 * Sees that each media header shows an example that the caller's app has uploaded, of a kind that the header can hold.
 * @throws GraphError
 */
export async function checkHeaderHandles(
  components: readonly DeclaredComponent[],
  { uploads, caller }: { uploads: Pick<Services['uploads'], 'open'>; caller: ActiveToken },
): Promise<void> {
  for (const { format, handle } of handlesOf(components)) {
    const file = await uploads.open(handle, caller);
    if (file && typesOf[format].includes(file.mimeType)) continue;
    throw parameterError(
      `Param header_handle of a header of the format ${format} must be the handle of an upload of this app, of the type ${typesOf[format].join(' or ')}.`,
    );
  }
}

function handlesOf(components: readonly DeclaredComponent[]): Handle[] {
  const cards = findComponent(components, 'CAROUSEL')?.cards ?? [];
  return [components, ...cards.map((card) => card.components)].flatMap((each) => {
    const header = findComponent(each, 'HEADER');
    const format = mediaFormats.find((one) => one === header?.format);
    if (!header || !format || !('example' in header) || !header.example || !('header_handle' in header.example))
      return [];
    // A large file has several, one in a line (contract section 3.3).
    return header.example.header_handle.flatMap((handles) => handles.split('\n').map((handle) => ({ format, handle })));
  });
}
