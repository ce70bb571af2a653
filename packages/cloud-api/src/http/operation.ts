import type { IncomingHttpHeaders } from 'node:http';
import type { TObject, TSchema } from 'typebox';
import type { MessageSums } from '../analytics/message-sums.ts';
import type { AccessCache } from '../access/access-cache.ts';
import type { BusinessManagement } from '../access/business-management.ts';
import type { BusinessManagerClient } from '../access/business-manager-client.ts';
import type {
  ActiveToken,
  AppNode,
  BusinessAccountNode,
  BusinessNode,
  Node,
  PhoneNumberNode,
  SystemUserNode,
} from '../access/introspection.ts';
import type { AuditRows } from '../audit/audit-rows.ts';
import type { Compliance } from '../compliance/compliance.ts';
import type { Eraser } from '../erasure/eraser.ts';
import type { PersonExport } from '../export/person-export.ts';
import type { FlowLinks } from '../flows/flow-links.ts';
import type { Flows } from '../flows/flows.ts';
import type {
  LocalNode,
  LocalNodes,
  FlowNode,
  MediaNode,
  TemplateNode,
  UploadNode,
} from '../local-nodes/local-nodes.ts';
import type { Health } from '../health/health.ts';
import type { MediaLibrary } from '../media/media-library.ts';
import type { AcceptQueue } from '../messages/accept-queue.ts';
import type { MessageReader } from '../messages/message-reader.ts';
import type { BusinessUsernames } from '../numbers/business-usernames.ts';
import type { DisplayNames } from '../numbers/display-names.ts';
import type { BusinessEncryption } from '../numbers/business-encryption.ts';
import type { NumberDocuments } from '../numbers/number-documents.ts';
import type { NumberInfo, Numbers } from '../numbers/numbers.ts';
import type { ProfilePictures } from '../numbers/profile-pictures.ts';
import type { QrCodes } from '../numbers/qr-codes.ts';
import type { BlockList } from '../rules/block-list.ts';
import type { CallRates } from '../rules/call-rates.ts';
import type { MessagingLimit } from '../rules/messaging-limit.ts';
import type { SendingRates } from '../rules/sending-rates.ts';
import type { TemplateLifeCycle } from '../templates/life-cycle.ts';
import type { Templates } from '../templates/templates.ts';
import type { DeliveryLog } from '../webhooks/delivery-log.ts';
import type { SubscribedApps } from '../webhooks/subscribed-apps.ts';
import type { Subscriptions } from '../webhooks/subscriptions.ts';
import type { UserIds } from '../user-ids/user-ids.ts';
import type { Uploads } from '../uploads/uploads.ts';
import type { Clock } from '@postern/protocol';
import type { Permission } from './authentication.ts';
import type { GraphError } from './graph-errors.ts';
import type { GraphPath } from './graph-path.ts';
import type { MultipartBody } from './multipart.ts';
import type { Parameters } from './parameters.ts';
import type { RawFile } from './request-body.ts';

/** What limits how fast numbers send, by the settings of this installation. */
export interface SendingLimits {
  /** Null when no rate is limited. */
  readonly rates: Pick<SendingRates, 'take'> | null;
  /** The HTTP status of a message that is refused because of a rate. */
  readonly refusedStatus: number;
  readonly allowsHighThroughput: boolean;
  /** To how many people a portfolio may begin to write in 24 hours. */
  readonly messagingLimit: MessagingLimit;
}

/** What the operations work with. */
export interface Services {
  readonly clock: Clock;
  readonly access: Pick<AccessCache, 'introspect' | 'forget' | 'appSecret'>;
  readonly localNodes: Pick<LocalNodes, 'find'>;
  readonly management: Pick<
    BusinessManagement,
    | 'updateAccount'
    | 'addPhoneNumber'
    | 'listAccountUsers'
    | 'assignUser'
    | 'removeUser'
    | 'getAppToken'
    | 'exchangeCode'
    | 'describeToken'
  >;
  readonly businessManager: Pick<BusinessManagerClient, 'appNames' | 'renameNumber'>;
  readonly health: Pick<Health, 'describeAccount' | 'describeNumber'>;
  readonly acceptQueue: Pick<AcceptQueue, 'acceptMessage' | 'acceptReceipt'>;
  readonly messages: Pick<MessageReader, 'findMessage'>;
  readonly numbers: Pick<
    Numbers,
    | 'findState'
    | 'findSetup'
    | 'findSettings'
    | 'changeSetting'
    | 'requestCode'
    | 'verifyCode'
    | 'register'
    | 'setPin'
    | 'setSearchable'
    | 'deregister'
  >;
  readonly businessEncryption: Pick<BusinessEncryption, 'find' | 'set'>;
  readonly numberDocuments: Pick<NumberDocuments, 'find' | 'change'>;
  readonly profilePictures: Pick<ProfilePictures, 'findName' | 'find' | 'set'>;
  readonly qrCodes: Pick<QrCodes, 'list' | 'find' | 'scan' | 'create' | 'update' | 'remove'>;
  readonly usernames: Pick<BusinessUsernames, 'find' | 'take' | 'remove' | 'suggest'>;
  readonly displayNames: Pick<DisplayNames, 'find' | 'request' | 'apply'>;
  readonly sending: SendingLimits;
  /** Null when calls are not limited. */
  readonly callRates: Pick<CallRates, 'countCall'> | null;
  readonly userIds: Pick<UserIds, 'find' | 'findUser'>;
  readonly blockList: Pick<BlockList, 'block' | 'unblock' | 'list'>;
  readonly templates: Pick<
    Templates,
    'find' | 'findNamed' | 'list' | 'count' | 'create' | 'upsert' | 'edit' | 'setLinkTracking' | 'remove' | 'migrate'
  >;
  readonly flows: Pick<
    Flows,
    'find' | 'findNamed' | 'list' | 'create' | 'update' | 'setDocument' | 'publish' | 'deprecate' | 'remove'
  >;
  readonly flowLinks: Pick<FlowLinks, 'linkFile' | 'linkPreview' | 'open'>;
  readonly templateLifeCycle: Pick<TemplateLifeCycle, 'decide'>;
  readonly subscriptions: Pick<Subscriptions, 'setApp' | 'findApp' | 'removeApp'>;
  readonly subscribedApps: Pick<
    SubscribedApps,
    'subscribe' | 'unsubscribe' | 'list' | 'setAccountOverride' | 'setNumberOverride' | 'findNumberCallbacks'
  >;
  readonly messageSums: Pick<MessageSums, 'list'>;
  readonly deliveryLog: Pick<DeliveryLog, 'list' | 'redeliver'>;
  readonly compliance: Compliance;
  /** The rows of the audit log, and the folder of the log itself. */
  readonly audit: { readonly rows: Pick<AuditRows, 'listPlaces'>; readonly folder: string };
  readonly eraser: Pick<Eraser, 'erase' | 'list'>;
  readonly personExport: Pick<PersonExport, 'page'>;
  readonly uploads: Pick<Uploads, 'begin' | 'append' | 'progress' | 'open'>;
  readonly media: Pick<MediaLibrary, 'take' | 'drop' | 'add' | 'isSendable' | 'describe' | 'download' | 'remove'>;
}

/** Every object that something can be done with. */
export type GraphNode = Node | LocalNode;

/** One request, after its token, its object and its permission were found good. */
export interface GraphCall<CalledNode extends GraphNode> {
  readonly node: CalledNode;
  readonly caller: ActiveToken;
  /** The caller's, to act with at the Business Manager. */
  readonly token: string;
  readonly parameters: Parameters;
  /** The whole URL as it came, for links to more of a list. */
  readonly url: string;
  /** The version of its path, `v25.0`, or the default one. */
  readonly version: string;
  readonly headers: IncomingHttpHeaders;
  /** The body in which a file may stand, of an operation that takes one so: its fields are not among the parameters before it is read. */
  readonly form: MultipartBody | null;
  /** The body that is a file, of an operation that takes one so. */
  readonly raw: RawFile | null;
}

/** One thing that can be done with one kind of object. */
export interface Operation<CalledNode extends GraphNode> {
  /** As the log names it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Null for the object itself. A part in braces, as in `message_qrdls/{code}`, is read as a parameter of that name. */
  readonly edge: string | null;
  readonly permission: Permission;
  /** How it takes a file, if it takes one: as a part called `file` of a form, or as the body itself. */
  readonly file?: 'multipart' | 'raw';
  /** Fields that it shows itself: where an edge has the same name, it is the field that is asked for. */
  readonly fields?: readonly string[];
  readonly schema: OperationSchema;
  /** Returns what is answered as JSON. @throws GraphError */
  run(services: Services, call: GraphCall<CalledNode>): Promise<object>;
}

/** What the API page says of an operation, and what the conformance cases are held against. */
export interface OperationSchema {
  /** What it does: a few words that begin with a verb. */
  readonly summary: string;
  /** The parameters that it reads, wherever in the request they stand. */
  readonly takes: TObject;
  /** What it answers when it succeeds. */
  readonly answers: TSchema;
  /** It is Postern's own: the contract has nothing like it. */
  readonly isOwn?: true;
  /** How it differs from the contract, where it does. */
  readonly differs?: string;
}

/** A request that stands inside another one. */
export interface InnerRequest {
  readonly method: string;
  readonly path: GraphPath;
  readonly url: string;
  readonly token: string | null;
  readonly parameters: Parameters;
}

/** One request that names no object of the Graph. */
export interface RootCall {
  /** Null when there is none; not looked at before the operation runs. */
  readonly token: string | null;
  readonly parameters: Parameters;
  /** The whole URL as it came, for links to more of a list. */
  readonly url: string;
  /** The version of its path, `v25.0`, or the default one. */
  readonly version: string;
  /** Carries out a request that this one is made of. @throws GraphError and what toGraphError knows */
  readonly carryOut: (inner: InnerRequest) => Promise<object>;
  /** How an error of such a request is answered. */
  readonly toGraphError: (error: unknown) => GraphError;
}

/** One thing that can be done without an object of the Graph, such as asking whose a token is. */
export interface RootOperation {
  /** As the log names it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The whole path behind the version, `oauth/access_token`; empty for the root itself. */
  readonly path: string;
  readonly schema: OperationSchema;
  /** Returns what is answered as JSON. Who may call it is for the operation to check. @throws GraphError */
  run(services: Services, call: RootCall): Promise<object>;
}

export type PhoneNumberOperation = Operation<PhoneNumberNode>;
export type BusinessAccountOperation = Operation<BusinessAccountNode>;
export type AppOperation = Operation<AppNode>;
export type BusinessOperation = Operation<BusinessNode>;
export type SystemUserOperation = Operation<SystemUserNode>;
export type MediaOperation = Operation<MediaNode>;
export type UploadOperation = Operation<UploadNode>;
export type FlowOperation = Operation<FlowNode>;
export type TemplateOperation = Operation<TemplateNode>;

/** The answer to a change that was made. */
export const success = { success: true } as const;

/** A number as the rest of the Cloud API knows it. */
export function numberInfo({ id, phoneNumber, verifiedName, wabaId, businessId }: PhoneNumberNode): NumberInfo {
  return { phoneNumberId: id, phoneNumber, verifiedName, wabaId, businessId };
}
