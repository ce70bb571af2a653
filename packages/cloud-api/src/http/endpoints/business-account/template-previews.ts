import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { authenticationLanguages, authenticationTexts } from '../../../templates/authentication-texts.ts';
import type { DeclaredComponent } from '../../../templates/component.ts';
import { findComponent } from '../../../templates/component.ts';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { Parameters } from '../../parameters.ts';
import { oneOf, words } from '../../shapes.ts';
import { authenticationComponents } from '../../templates/authentication-definition.ts';
import { checkLanguage } from '../../templates/template-definition.ts';

/** `GET /{waba}/message_template_previews`: what authentication templates say in each language (contract section 5.5). */
export const listTemplatePreviews: BusinessAccountOperation = {
  name: 'template previews',
  method: 'GET',
  edge: 'message_template_previews',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Shows what authentication templates say in each language',
    takes: Type.Object({
      category: oneOf(['AUTHENTICATION']),
      languages: Type.Optional(words('Codes of languages; all that these templates speak unless told.')),
      add_security_recommendation: Type.Optional(Type.Boolean()),
      code_expiration_minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxOneTimeCodeMinutes })),
      button_types: Type.Optional(words(undefined, oneOf(['OTP']))),
    }),
    answers: Type.Object({
      data: Type.Array(
        Type.Object({
          language: Type.String(),
          body: Type.String(),
          footer: Type.Optional(Type.String()),
          buttons: Type.Array(Type.Object({ text: Type.String(), autofill_text: Type.String() })),
        }),
      ),
    }),
    differs: `They speak ${authenticationLanguages.join(', ')}; in any other language they speak English.`,
  },
  async run(_services, { parameters }) {
    parameters.getChoice('category', ['AUTHENTICATION']);
    for (const type of parameters.findWords('button_types') ?? [])
      if (type.toUpperCase() !== 'OTP') throw parameterError('Param button_types must be one of {OTP}.');
    const languages = [...new Set(parameters.findWords('languages') ?? authenticationLanguages)];
    if (languages.length > limits.maxTemplatesPerUpsert)
      throw parameterError(`Param languages must hold at most ${limits.maxTemplatesPerUpsert} codes of languages.`);
    return { data: languages.map((language) => preview(checkLanguage(language, 'languages'), parameters)) };
  },
};

function preview(language: string, parameters: Parameters): object {
  const footer = parameters.has('code_expiration_minutes') ? parameters : null;
  const button = new Parameters({ otp_type: 'COPY_CODE', type: 'OTP' }, 'button_types');
  const components: DeclaredComponent[] = authenticationComponents({ body: parameters, footer, button }, language);
  const { copyCode, autofill } = authenticationTexts(language);
  return {
    language,
    body: findComponent(components, 'BODY')?.text,
    ...(footer && { footer: findComponent(components, 'FOOTER')?.text }),
    buttons: [{ text: copyCode, autofill_text: autofill }],
  };
}
