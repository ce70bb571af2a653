import type { Ready } from '../instance/ready.ts';

const version = 'v23.0';

/** What `postern start` prints once everything runs: where everything is, and three commands to paste. */
export function readyBlock(ready: Ready, dataDir: string): string {
  const seconds = (ready.tookMs / 1000).toFixed(1);
  const facts: [string, string][] = [
    ['Cloud API', `${ready.cloudApi}/${version}`],
    ...httpsFacts(ready),
    ['Access token', ready.accessToken],
    ['Phone number id', `${ready.phoneNumberId}  (${ready.displayPhoneNumber})`],
    ['Business account', ready.businessAccountId],
    ['App', `${ready.appId}  secret ${ready.appSecret}`],
    ['Verify token', ready.verifyToken],
    ['People', ready.people.map(({ name, waId }) => `${name} ${waId}`).join(', ')],
    ['Sandbox', ready.sandbox],
    ['Sandbox token', ready.sandboxToken],
    ['Data', dataDir],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const table = facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
  return `\nPostern is ready after ${seconds} s. Stop it with Ctrl-C.\n\n${table}\n${commands(ready)}\n`;
}

/** Where HTTPS is, and how Node and curl are told to trust its certificate. */
function httpsFacts({ cloudApiHttps, authorityFile }: Ready): [string, string][] {
  if (cloudApiHttps === null || authorityFile === null) return [];
  return [
    ['By HTTPS', `${cloudApiHttps}/${version}`],
    ['Its authority', `${authorityFile}  (NODE_EXTRA_CA_CERTS=… for Node, curl --cacert …)`],
  ];
}

function commands({ cloudApi, sandbox, accessToken, sandboxToken, ...ready }: Ready): string {
  const [person] = ready.people;
  if (!person) return '';
  const { name, waId } = person;
  const home = `${sandbox}/people/${waId}`;
  const greeting = { messaging_product: 'whatsapp', to: waId, type: 'text', text: { body: `Hello ${name}` } };
  const answer = { to: ready.displayPhoneNumber, type: 'text', text: { body: `Hello, this is ${name}` } };
  return `
${people(ready.people.map((each) => each.name))} said hi, so the business may write to them freely. 24 hours after somebody's last
message, also by moving the clock, it fails with error 131047 until they write again; templates may go out at any time.

Send ${name} a message:
${curl(`${cloudApi}/${version}/${ready.phoneNumberId}/messages`, accessToken, greeting)}

Look at ${name}'s phone:
${curl(`${home}/inbox`, sandboxToken)}

Answer as ${name}:
${curl(`${home}/messages`, sandboxToken, answer)}

What arrives at the business is shown below.
`;
}

/** "Ana has", "Ana and Ben have". */
function people(names: readonly string[]): string {
  return `${names.join(', ').replace(/, ([^,]*)$/, ' and $1')} ${names.length === 1 ? 'has' : 'have'}`;
}

/** A command for a POSIX shell; a quote inside the quoted text is closed, escaped and opened again. */
function curl(url: string, token: string, body?: object): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const json = body ? ` -H 'Content-Type: application/json' \\\n    -d ${quote(JSON.stringify(body))}` : '';
  return `  curl ${url} \\\n    -H ${quote(`Authorization: Bearer ${token}`)}${json}`;
}
