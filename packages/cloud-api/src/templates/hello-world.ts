import type { TemplateDefinition } from './template.ts';

/** The template that every business account has from the beginning, approved. */
export const helloWorld: TemplateDefinition = {
  name: 'hello_world',
  language: 'en_US',
  category: 'UTILITY',
  subCategory: null,
  parameterFormat: 'POSITIONAL',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
    { type: 'BODY', text: 'Welcome! This message shows that you can send notifications through the Cloud API.' },
    { type: 'FOOTER', text: 'Postern sample message' },
  ],
  ttlSeconds: null,
  isLinkTrackingOptedOut: null,
  libraryName: null,
};
