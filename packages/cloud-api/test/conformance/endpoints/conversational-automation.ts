import type { EndpointSuite } from '../endpoint-suite.ts';

const command = (name: string, description = 'What it does') => ({
  command_name: name,
  command_description: description,
});
const read = (prompts: string[], commands: object[]) => [
  {
    ask: { method: 'GET' as const, path: '/{phone}', query: { fields: 'conversational_automation' } },
    answers: { conversational_automation: { prompts, commands, id: '{phone}' }, id: '{phone}' },
  },
];

/** Contract section 5.4. */
export const setConversationalAutomation: EndpointSuite = {
  endpoint: 'POST /{phone}/conversational_automation',
  accepts: {
    'prompts and commands': {
      ask: { json: { prompts: ['Book a table', 'Hours'], commands: [command('help')] } },
      answers: { success: true },
      afterwards: read(['Book a table', 'Hours'], [command('help')]),
    },
    'commands alone; the prompts stay': {
      ask: { json: { commands: [] } },
      answers: { success: true },
      afterwards: read(['Book a table', 'Hours'], []),
    },
    'as JSON text in a query, with what is obsolete': {
      ask: { query: { prompts: '["Hours, please"]', enable_welcome_message: 'true' } },
      answers: { success: true },
      afterwards: read(['Hours, please'], []),
    },
    'as many and as long as they may be': {
      ask: {
        json: {
          prompts: Array.from({ length: 4 }, () => 'p'.repeat(80)),
          commands: Array.from({ length: 30 }, () => command('c'.repeat(32), 'd'.repeat(256))),
        },
      },
      answers: { success: true },
    },
  },
  refuses: {
    nothing: { ask: {}, names: 'prompts' },
    'five prompts': { ask: { json: { prompts: ['1', '2', '3', '4', '5'] } }, names: 'prompts' },
    'an empty prompt': { ask: { json: { prompts: [''] } }, names: 'prompts[0]' },
    'a prompt too long': { ask: { json: { prompts: ['a', 'p'.repeat(81)] } }, names: 'prompts[1]' },
    'prompts of a wrong type': { ask: { json: { prompts: [{ text: 'Hours' }] } }, names: 'prompts' },
    'too many commands': {
      ask: { json: { commands: Array.from({ length: 31 }, () => command('help')) } },
      names: 'commands',
    },
    'a command without a name': {
      ask: { json: { commands: [{ command_description: 'What it does' }] } },
      names: "commands[0]['command_name']",
    },
    'a name too long': { ask: { json: { commands: [command('c'.repeat(33))] } }, names: 'command_name' },
    'a description too long': {
      ask: { json: { commands: [command('c', 'd'.repeat(257))] } },
      names: 'command_description',
    },
    'another business': { ask: { caller: 'another business', json: { prompts: ['Hours'] } }, subcode: 33 },
  },
};
