import { limits } from '@postern/protocol';
import { bookingFlow } from '../../flow-files.ts';
import { anything, including, type Ask, type EndpointSuite, type Given } from '../endpoint-suite.ts';

const flowJson = JSON.stringify(bookingFlow);
const made = (name: string, more: object = {}): Ask => ({
  method: 'POST',
  path: '/{waba}/flows',
  json: { name, categories: ['OTHER'], ...more },
});
const draft: Given = { ask: made('a draft', { flow_json: flowJson }), as: 'draft' };
const flow: Given = { ...draft, as: 'flow' };
const published: Given = { ask: made('published', { flow_json: flowJson, publish: true }), as: 'published' };
const broken: Given = { ask: made('broken', { flow_json: '{"version":"7.3","screens":[]}' }), as: 'broken' };
const noMistakes = { id: /^\d{16}$/, success: true, validation_errors: [] };
const gone = { ask: { path: '/{other waba}0' }, subcode: 33 };
const mistake = { error_type: 'FLOW_JSON_ERROR', message: anything, line_start: 1, line_end: 1 };

export const createFlow: EndpointSuite = {
  endpoint: 'POST /{waba}/flows',
  given: [draft],
  accepts: {
    'a name and a category': {
      ask: { json: { name: 'survey', categories: ['SURVEY'] } },
      answers: noMistakes,
      afterwards: [
        {
          ask: { method: 'GET' },
          answers: including({
            data: [anything, including({ name: 'survey', status: 'DRAFT', categories: ['SURVEY'] })],
          }),
        },
      ],
    },
    'a form, in which lists are JSON text': {
      ask: { form: { name: 'two', categories: '["SIGN_UP","sign_in"]', flow_json: flowJson } },
      answers: noMistakes,
    },
    'a form in several parts': { ask: { multipart: { name: 'parts', categories: '["OTHER"]' } }, answers: noMistakes },
    'a copy': { ask: { json: { name: 'copy', clone_flow_id: '{draft}' } }, answers: noMistakes },
    'what is published at once': {
      ask: { json: { name: 'at once', categories: ['OTHER'], flow_json: flowJson, publish: 'true' } },
      answers: noMistakes,
    },
    'an endpoint': {
      ask: { json: { name: 'asking', categories: ['OTHER'], endpoint_uri: 'https://example.com/flow' } },
      answers: noMistakes,
    },
    'a file with a mistake, which says where': {
      ask: { json: { name: 'wrong', categories: ['OTHER'], flow_json: '{"version":"7.3","screens":[]}' } },
      answers: {
        id: anything,
        success: true,
        validation_errors: [
          {
            ...mistake,
            error: 'MIN_ITEMS_REQUIRED',
            column_start: 28,
            column_end: 30,
            pointers: [{ line_start: 1, line_end: 1, column_start: 28, column_end: 30, path: 'screens' }],
          },
        ],
      },
    },
    'a file with a mistake, which is not published': {
      ask: { json: { name: 'not yet', categories: ['OTHER'], flow_json: '[', publish: true } },
      answers: { id: anything, success: false, validation_errors: [including({ error: 'INVALID_JSON' })] },
    },
    'a name of 200 characters': {
      ask: { json: { name: 'x'.repeat(limits.maxFlowNameCharacters), categories: ['OTHER'] } },
      answers: noMistakes,
    },
  },
  refuses: {
    'no name': { ask: { json: { categories: ['OTHER'] } }, names: 'name' },
    'a name of 201 characters': {
      ask: { json: { name: 'x'.repeat(limits.maxFlowNameCharacters + 1), categories: ['OTHER'] } },
      names: 'name',
    },
    'no category': { ask: { json: { name: 'none' } }, names: 'categories' },
    'an empty list of categories': { ask: { json: { name: 'none', categories: [] } }, names: 'categories' },
    'a category that is none': { ask: { json: { name: 'none', categories: ['FUN'] } }, names: 'categories' },
    'a category that is an object': { ask: { json: { name: 'none', categories: [{}] } }, names: 'categories' },
    'a name that is taken': { ask: { json: { name: 'a draft', categories: ['OTHER'] } }, names: 'name' },
    'a name that is a list': { ask: { json: { name: ['x'], categories: ['OTHER'] } }, names: 'name' },
    'a file that is too large': {
      ask: { json: { name: 'big', categories: ['OTHER'], flow_json: ' '.repeat(limits.maxFlowJsonBytes + 1) } },
      names: 'flow_json',
    },
    'a copy of what is not there': {
      ask: { json: { name: 'none', clone_flow_id: '1234567890123456' } },
      names: 'clone_flow_id',
    },
    'an endpoint that is none': {
      ask: { json: { name: 'none', categories: ['OTHER'], endpoint_uri: 'ftp://example.com' } },
      names: 'endpoint_uri',
    },
    'another business': { ask: { caller: 'another business', json: { name: 'x' } }, subcode: 33 },
    'an account that is not there': gone,
  },
};

export const listFlows: EndpointSuite = {
  endpoint: 'GET /{waba}/flows',
  given: [draft, published],
  accepts: {
    'all of them': {
      ask: {},
      answers: {
        data: [
          { id: '{draft}', name: 'a draft', status: 'DRAFT', categories: ['OTHER'], validation_errors: [] },
          { id: '{published}', name: 'published', status: 'PUBLISHED', categories: ['OTHER'], validation_errors: [] },
        ],
        paging: including({ cursors: anything }),
      },
    },
    'one of them, with the way to the next': {
      ask: { query: { limit: '1', fields: 'name' } },
      answers: { data: [{ id: '{draft}', name: 'a draft' }], paging: including({ next: /^http.*limit=1/ }) },
    },
  },
  refuses: {
    'a field that flows have not': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

export const getFlow: EndpointSuite = {
  endpoint: 'GET /{flow}',
  given: [flow],
  accepts: {
    'what is shown unasked': {
      ask: {},
      answers: { id: '{flow}', name: 'a draft', status: 'DRAFT', categories: ['OTHER'], validation_errors: [] },
    },
    'a preview': {
      ask: { query: { fields: 'preview.invalidate(false)' } },
      answers: {
        id: '{flow}',
        preview: { preview_url: /^http.*\/flows\/preview\?flow=\d+/, expires_at: anything, id: '{flow}' },
      },
    },
    'every field': {
      ask: {
        query: {
          fields: 'json_version,data_api_version,endpoint_uri,whatsapp_business_account,application,updated_at',
        },
      },
      answers: {
        id: '{flow}',
        json_version: '7.3',
        whatsapp_business_account: { id: '{waba}' },
        application: { id: '{app}' },
        updated_at: anything,
      },
    },
  },
  refuses: {
    'a field that flows have not': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'an edge that flows have not': { ask: { path: '/{flow}/colours' }, code: 2500 },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'a flow that is not there': { ask: { path: '/1234567890123456' }, subcode: 33 },
  },
};

export const updateFlow: EndpointSuite = {
  endpoint: 'POST /{flow}',
  given: [flow, published],
  accepts: {
    'another name, category and endpoint': {
      ask: { json: { name: 'renamed', categories: ['SURVEY'], endpoint_uri: 'https://example.com/flow' } },
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', query: { fields: 'name,categories,endpoint_uri' } },
          answers: { id: '{flow}', name: 'renamed', categories: ['SURVEY'], endpoint_uri: 'https://example.com/flow' },
        },
      ],
    },
    'the same name': { ask: { form: { name: 'renamed' } }, answers: { success: true } },
    'no endpoint': {
      ask: { form: { endpoint_uri: '' } },
      answers: { success: true },
      afterwards: [{ ask: { method: 'GET', query: { fields: 'endpoint_uri' } }, answers: { id: '{flow}' } }],
    },
    'the app': { ask: { json: { application_id: '{app}' } }, answers: { success: true } },
  },
  refuses: {
    nothing: { ask: {}, names: 'name' },
    'a name that is taken': { ask: { json: { name: 'published' } }, names: 'name' },
    'a category that is none': { ask: { json: { categories: 'FUN' } }, names: 'categories' },
    'an app of another business': { ask: { json: { application_id: '{other app}' } }, names: 'application_id' },
    'another business': { ask: { caller: 'another business', json: { name: 'x' } }, subcode: 33 },
  },
};

export const updatePublishedFlow: EndpointSuite = {
  endpoint: 'POST /{flow}',
  given: [{ ...published, as: 'flow' }],
  accepts: {
    'another endpoint': {
      ask: { json: { endpoint_uri: 'https://example.com/other' } },
      answers: { success: true },
    },
  },
  refuses: {},
};

const file = { name: 'flow.json', type: 'application/json', content: flowJson };
const asset = { name: 'flow.json', asset_type: 'FLOW_JSON' };

export const listFlowAssets: EndpointSuite = {
  endpoint: 'GET /{flow}/assets',
  given: [flow],
  accepts: {
    'the file': {
      ask: {},
      answers: {
        data: [{ name: 'flow.json', asset_type: 'FLOW_JSON', download_url: /^http.*flow=\d+&since=\d+&hash=.+/ }],
        paging: anything,
      },
    },
  },
  refuses: { 'another business': { ask: { caller: 'another business' }, subcode: 33 } },
};

export const setFlowAsset: EndpointSuite = {
  endpoint: 'POST /{flow}/assets',
  given: [flow, published],
  accepts: {
    'a file': { ask: { multipart: { ...asset, file } }, answers: { success: true, validation_errors: [] } },
    'a file before what is said of it': {
      ask: { multipart: { file, ...asset } },
      answers: { success: true, validation_errors: [] },
    },
    'a file of another name and type': {
      ask: { multipart: { ...asset, file: { ...file, name: 'blob', type: 'application/octet-stream' } } },
      answers: { success: true, validation_errors: [] },
    },
    'a file as text': {
      ask: { multipart: { ...asset, file: flowJson } },
      answers: { success: true, validation_errors: [] },
    },
    'a file with mistakes': {
      ask: { multipart: { ...asset, file: { ...file, content: '{' } } },
      answers: { success: true, validation_errors: [including({ error: 'INVALID_JSON' })] },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{flow}', query: { fields: 'validation_errors' } },
          answers: { id: '{flow}', validation_errors: [including({ error: 'INVALID_JSON' })] },
        },
      ],
    },
  },
  refuses: {
    'no file': { ask: { multipart: asset }, names: 'file' },
    'no multipart': { ask: { json: { ...asset, file: '{}' } }, names: 'file' },
    'another name': { ask: { multipart: { ...asset, name: 'other.json', file } }, names: 'name' },
    'another type': { ask: { multipart: { ...asset, asset_type: 'IMAGE', file } }, names: 'asset_type' },
    'a file that is too large': {
      ask: { multipart: { ...asset, file: { ...file, content: ' '.repeat(limits.maxFlowJsonBytes + 1) } } },
      names: 'file',
    },
    'a published flow': { ask: { path: '/{published}/assets', multipart: { ...asset, file } }, code: 139001 },
    'another business': { ask: { caller: 'another business', multipart: { ...asset, file } }, subcode: 33 },
  },
};

export const publishFlow: EndpointSuite = {
  endpoint: 'POST /{flow}/publish',
  given: [
    flow,
    broken,
    {
      ask: made('asking', {
        flow_json: flowJson.replace(
          '"7.3"',
          '"7.3","data_api_version":"3.0","routing_model":{"FIRST":["LAST"],"LAST":[]}',
        ),
      }),
      as: 'asking',
    },
  ],
  accepts: {
    'a draft': {
      ask: {},
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{flow}', query: { fields: 'status' } },
          answers: { id: '{flow}', status: 'PUBLISHED' },
        },
      ],
    },
  },
  refuses: {
    'what is published': { ask: {}, code: 139002 },
    'what has mistakes': { ask: { path: '/{broken}/publish' }, code: 139002, names: 'validation_errors' },
    'what asks an endpoint that it does not know': {
      ask: { path: '/{asking}/publish' },
      code: 139002,
      names: 'endpoint_uri',
    },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

export const deprecateFlow: EndpointSuite = {
  endpoint: 'POST /{flow}/deprecate',
  given: [draft, { ...published, as: 'flow' }],
  accepts: {
    'a published flow': {
      ask: {},
      answers: { success: true },
      afterwards: [
        {
          ask: { method: 'GET', path: '/{flow}', query: { fields: 'status' } },
          answers: { id: '{flow}', status: 'DEPRECATED' },
        },
      ],
    },
  },
  refuses: {
    'what is deprecated': { ask: {}, code: 139003 },
    'a draft': { ask: { path: '/{draft}/deprecate' }, code: 139003 },
    'a change of what is deprecated': { ask: { path: '/{flow}', json: { name: 'x' } }, code: 139001 },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
  },
};

export const deleteFlow: EndpointSuite = {
  endpoint: 'DELETE /{flow}',
  given: [flow, published, { ask: made('another'), as: 'another' }],
  accepts: { 'a draft': { ask: {}, answers: { success: true } } },
  refuses: {
    'what is gone': { ask: {}, subcode: 33 },
    'a published flow': { ask: { path: '/{published}' }, code: 139004 },
    'another business': { ask: { caller: 'another business', path: '/{another}' }, subcode: 33 },
  },
};

export const migrateFlows: EndpointSuite = {
  endpoint: 'POST /{waba}/migrate_flows',
  given: [{ account: 'source waba' }, { ask: { ...made('a draft'), path: '/{source waba}/flows' }, as: 'draft' }],
  accepts: {
    'a flow of another account of the business, and one that there is not': {
      ask: {
        json: { source_waba_id: '{source waba}', source_flow_names: ['a draft', 'no such flow'] },
      },
      answers: {
        migrated_flows: [{ source_name: 'a draft', source_id: '{draft}', migrated_id: anything }],
        failed_flows: [including({ source_name: 'no such flow' })],
      },
    },
  },
  refuses: {
    'no account to copy from': { ask: { json: { source_flow_names: ['a'] } }, names: 'source_waba_id' },
    'no names': { ask: { json: { source_waba_id: '{other waba}' } }, names: 'source_flow_names' },
    'an account of another business': {
      ask: { json: { source_waba_id: '{other waba}', source_flow_names: ['a'] } },
      names: 'source_waba_id',
    },
    'its own account': {
      ask: { form: { source_waba_id: '{waba}', source_flow_names: '["a draft"]' } },
      names: 'source_waba_id',
    },
    'another business': {
      ask: { caller: 'another business', json: { source_waba_id: '{waba}', source_flow_names: ['a draft'] } },
      subcode: 33,
    },
  },
};

/** Sending what names a flow (contract section 2.4). */
export const sendFlow: EndpointSuite = {
  endpoint: 'POST /{phone}/messages',
  given: [draft, published],
  accepts: {
    'a published flow': { ask: { json: message({ flow_id: '{published}' }) }, answers: anything },
    'a published flow by its name': { ask: { json: message({ flow_name: 'published' }) }, answers: anything },
    'a draft': { ask: { json: message({ flow_id: '{draft}', mode: 'draft' }) }, answers: anything },
    'a screen of the flow': {
      ask: { json: message({ flow_id: '{published}', flow_action_payload: { screen: 'FIRST' } }) },
      answers: anything,
    },
  },
  refuses: {
    'a draft that is sent as published': {
      ask: { json: message({ flow_id: '{draft}' }) },
      code: 131009,
      names: 'flow_id',
    },
    'a published flow that is sent as a draft': {
      ask: { json: message({ flow_id: '{published}', mode: 'draft' }) },
      code: 131009,
      names: 'mode',
    },
    'a flow that is not there': {
      ask: { json: message({ flow_id: '1234567890123456' }) },
      code: 131009,
      names: 'flow_id',
    },
    'a name that is not there': { ask: { json: message({ flow_name: 'x' }) }, code: 131009, names: 'flow_name' },
    'a screen that is not there': {
      ask: { json: message({ flow_id: '{published}', flow_action_payload: { screen: 'SECOND' } }) },
      code: 131009,
      names: 'screen',
    },
  },
};

function message(parameters: object): object {
  const action = { name: 'flow', parameters: { flow_cta: 'Book', ...parameters } };
  return {
    messaging_product: 'whatsapp',
    to: '16505551234',
    type: 'interactive',
    interactive: { type: 'flow', body: { text: 'Book a time' }, action },
  };
}
