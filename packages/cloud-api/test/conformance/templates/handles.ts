import assert from 'node:assert/strict';
import type { Rig } from '../../http-rig.ts';
import { bookingFlow } from '../../flow-files.ts';
import { fileOf } from '../../media-rig.ts';

const types = ['image/png', 'video/mp4', 'application/pdf'] as const;

/** Makes the flow that buttons lead to, uploads a file of each type that a header shows, and gives a function that puts their handles in the place of `<type>`. */
export async function uploadExamples(rig: Rig): Promise<<Definition>(definition: Definition) => Definition> {
  await makeFlow(rig);
  const handles = await Promise.all(types.map(async (type) => [`<${type}>`, await upload(rig, type)] as const));
  return (definition) => {
    const text = handles.reduce((json, [place, handle]) => json.replaceAll(place, handle), JSON.stringify(definition));
    return JSON.parse(text) as typeof definition;
  };
}

async function makeFlow(rig: Rig): Promise<void> {
  const body = { name: 'booking', categories: ['OTHER'], flow_json: JSON.stringify(bookingFlow), publish: true };
  const answer = await rig.graph('POST', `/${rig.bank.wabaId}/flows`, { body });
  assert.ok(answer.status === 200 || answer.body.error.message.includes('name'), JSON.stringify(answer.body));
}

async function upload(rig: Rig, type: (typeof types)[number]): Promise<string> {
  const bytes = fileOf(type);
  const query = new URLSearchParams({ file_name: 'example', file_length: String(bytes.length), file_type: type });
  const begun = await rig.graph('POST', `/v25.0/${rig.bank.appId}/uploads?${query.toString()}`);
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const headers = { authorization: `OAuth ${rig.bank.token}`, file_offset: '0' };
  const body = Uint8Array.from(bytes);
  const answer = await fetch(`${rig.url}/v25.0/${begun.body.id}`, { method: 'POST', headers, body });
  const { h } = (await answer.json()) as { h?: string };
  assert.ok(h, `the upload of ${type} has no handle`);
  return h;
}
