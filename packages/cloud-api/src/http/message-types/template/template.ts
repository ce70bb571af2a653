import { gaps } from '../../../contract/gaps.ts';
import { fillTemplate, type FilledTemplate } from '../../../templates/send.ts';
import { TemplateRefusedError } from '../../../templates/template-refused.ts';
import { checkSentFlows } from '../../templates/flow-buttons.ts';
import type { Parameters } from '../../parameters.ts';
import type { Chat, OutgoingMessage } from '../message-type.ts';
import { parseTemplateRequest } from './template-request.ts';

/** Fills a template of the number's business account in (contract section 2.5). */
export async function parseTemplate(parameters: Parameters, chat: Chat): Promise<OutgoingMessage> {
  return outgoingTemplate(await fillRequested(parameters, chat));
}

/** The same for `/marketing_messages`, which sends nothing but marketing (contract section 2.6). */
export async function parseMarketingTemplate(parameters: Parameters, chat: Chat): Promise<OutgoingMessage> {
  const filled = await fillRequested(parameters, chat);
  if (filled.category !== 'marketing')
    throw new TemplateRefusedError(gaps.notMarketingCode, 'template: this template is not of the category MARKETING.');
  return outgoingTemplate({ ...filled, category: 'marketing_lite' });
}

async function fillRequested(parameters: Parameters, { services, node }: Chat): Promise<FilledTemplate> {
  const request = parseTemplateRequest(parameters.getObject('template'));
  const template = await services.templates.findNamed(node.wabaId, request.name, request.language);
  if (template) await checkSentFlows(template.components, { flows: services.flows, wabaId: node.wabaId });
  return fillTemplate(template, request, services.clock.now());
}

function outgoingTemplate({
  name,
  language,
  json,
  media,
  category,
  ttlMs,
  templateId,
}: FilledTemplate): OutgoingMessage {
  const value = { name, language, json, attachments: media.map(() => ({})) };
  return { body: { case: 'template', value }, media, category, ttlMs, templateId };
}
