import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { listLibrary } from '../../../templates/library/library.ts';
import type { LibraryTemplate } from '../../../templates/library/library-template.ts';
import { templateCategories } from '../../../templates/template.ts';
import { authenticate, requirePermission, requireToken } from '../../authentication.ts';
import type { RootOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { graphId, oneOf, pageOf, paging, text } from '../../shapes.ts';

const shownButton = Type.Object({
  type: Type.String(),
  text: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  phone_number: Type.Optional(Type.String()),
});

/** `GET /message_template_library`: templates that are there for everybody to make their own of (contract section 5.5). */
export const listTemplateLibrary: RootOperation = {
  name: 'list template library',
  method: 'GET',
  path: 'message_template_library',
  schema: {
    summary: 'Lists the templates of the library, all or those that fit',
    takes: Type.Object({
      search: Type.Optional(text(limits.maxTemplateSearchCharacters, 'A part of the name or of what it says.')),
      topic: Type.Optional(Type.String()),
      usecase: Type.Optional(Type.String()),
      industry: Type.Optional(Type.String()),
      language: Type.Optional(Type.String()),
      ...paging,
    }),
    answers: pageOf(
      Type.Object({
        id: graphId,
        name: Type.String(),
        language: Type.String(),
        category: oneOf(templateCategories),
        topic: Type.String(),
        usecase: Type.String(),
        industry: Type.Array(Type.String()),
        header: Type.Optional(Type.String()),
        body: Type.String(),
        body_params: Type.Array(Type.String()),
        body_param_types: Type.Array(Type.String()),
        buttons: Type.Optional(Type.Array(shownButton)),
      }),
    ),
    differs: 'The library is a small one of Postern’s own.',
  },
  async run({ access }, { token, parameters, url }) {
    requirePermission(await authenticate(access, requireToken(token), null), 'whatsapp_business_management');
    const word = (name: string) => parameters.findText(name, limits.maxFieldCharacters);
    const found = listLibrary({
      search: parameters.findText('search', limits.maxTemplateSearchCharacters),
      topic: word('topic')?.toUpperCase() ?? null,
      usecase: word('usecase')?.toUpperCase() ?? null,
      industry: word('industry')?.toUpperCase() ?? null,
      language: word('language'),
    });
    const page = takePage(found, parameters);
    return answerPage(page, page.items.map(describe), url);
  },
};

function describe({ header, bodyParams, bodyParamTypes, buttons, ...template }: LibraryTemplate): object {
  return {
    ...template,
    ...(header !== null && { header }),
    body_params: bodyParams,
    body_param_types: bodyParamTypes,
    ...(buttons.length > 0 && {
      buttons: buttons.map((button) => ({
        ...(button.text === '' ? { type: button.type } : button),
        ...samples[button.type],
      })),
    }),
  };
}

/** In the place of what a business says of its own. */
const samples = {
  URL: { url: 'https://www.example.com/' },
  PHONE_NUMBER: { phone_number: '+18005551234' },
  QUICK_REPLY: {},
  OTP: {},
} as const;
