// A business's program that uses Meta's SDK. It makes the calls that its only argument lists as JSON, and prints what was
// answered to each. The SDK reads its settings from the environment when it is loaded.
import sdkModule from 'whatsapp';

interface Call {
  readonly resource: 'messages' | 'twoStepVerification';
  readonly method: string;
  readonly parameters: readonly unknown[];
}

interface SdkResponse {
  statusCode(): number;
  responseBodyToJSON(): Promise<unknown>;
}

type Resource = Record<string, (...parameters: readonly unknown[]) => Promise<SdkResponse>>;

// What is imported is the class itself; its types say that it is one further down.
const WhatsAppSdk = sdkModule as unknown as typeof sdkModule.default;
const sdk = new WhatsAppSdk();
const calls = JSON.parse(String(process.argv[2])) as Call[];
const answers: object[] = [];
for (const { resource, method, parameters } of calls) {
  const answer = await (sdk[resource] as unknown as Resource)[method]!(...parameters);
  answers.push({ status: answer.statusCode(), body: await answer.responseBodyToJSON() });
}
process.stdout.write(JSON.stringify(answers));
sdk.requester.client.clearSockets();
