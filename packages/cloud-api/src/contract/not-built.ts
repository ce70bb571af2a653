type Method = 'GET' | 'POST' | 'DELETE';

/** An edge of the contract that is not built. */
export interface NotBuilt {
  /** The kind of object that has it in the contract. */
  readonly kind: 'phone_number' | 'whatsapp_business_account' | 'app' | 'business';
  /** What stands in braces is any one part of a path. */
  readonly edge: string;
  readonly methods: readonly Method[];
  /** What it belongs to, as in "… is not built". */
  readonly what: string;
}

const calls = 'Calling';
const groups = 'Messaging in groups';
const solutions = 'Multi-partner solutions';
const mobility = 'Moving accounts between partners';
const schedules = 'Scheduling';
const signups = 'In-app signup';
const templateGroups = 'Grouping templates';
const preverified = 'Lending pre-verified numbers';
const commerce = 'The Commerce API';

/**
 * What the contract has and Postern has not. Whoever calls it with a good token and a good object is told so; the
 * compatibility table lists it.
 */
export const notBuilt: readonly NotBuilt[] = [
  { kind: 'phone_number', edge: 'calls', methods: ['POST'], what: calls },
  { kind: 'phone_number', edge: 'call_permissions', methods: ['GET'], what: calls },
  { kind: 'phone_number', edge: 'groups', methods: ['GET', 'POST'], what: groups },
  { kind: 'phone_number', edge: 'messages_encrypted', methods: ['POST'], what: 'Encrypting the payload' },
  { kind: 'phone_number', edge: 'message_history', methods: ['GET'], what: "The history of a message's webhooks" },
  {
    kind: 'phone_number',
    edge: 'official_business_account',
    methods: ['POST'],
    what: 'Applying for the mark of an official business account',
  },
  { kind: 'phone_number', edge: 'payments/{config}/{reference_id}', methods: ['GET'], what: 'Looking payments up' },
  { kind: 'phone_number', edge: 'smb_app_data', methods: ['POST'], what: 'Sharing a number with an app for phones' },
  { kind: 'whatsapp_business_account', edge: 'activities', methods: ['GET'], what: 'The list of activities' },
  { kind: 'whatsapp_business_account', edge: 'group_analytics', methods: ['GET'], what: groups },
  { kind: 'whatsapp_business_account', edge: 'in_progress_onbehalf_request', methods: ['GET'], what: mobility },
  { kind: 'whatsapp_business_account', edge: 'obo_mobility_intent', methods: ['POST'], what: mobility },
  { kind: 'whatsapp_business_account', edge: 'set_obo_mobility_intent', methods: ['POST'], what: mobility },
  { kind: 'whatsapp_business_account', edge: 'set_solution_migration_intent', methods: ['POST'], what: solutions },
  { kind: 'whatsapp_business_account', edge: 'solutions', methods: ['GET'], what: solutions },
  { kind: 'whatsapp_business_account', edge: 'schedules', methods: ['GET', 'POST'], what: schedules },
  { kind: 'whatsapp_business_account', edge: 'signups', methods: ['GET', 'POST'], what: signups },
  { kind: 'whatsapp_business_account', edge: 'template_groups', methods: ['GET', 'POST'], what: templateGroups },
  { kind: 'whatsapp_business_account', edge: 'template_group_analytics', methods: ['GET'], what: templateGroups },
  { kind: 'whatsapp_business_account', edge: 'message_samples', methods: ['POST'], what: 'Sampling messages' },
  {
    kind: 'whatsapp_business_account',
    edge: 'payment_configurations',
    methods: ['GET'],
    what: 'Configuring payments',
  },
  { kind: 'whatsapp_business_account', edge: 'product_catalogs', methods: ['POST'], what: commerce },
  { kind: 'app', edge: 'connected_client_businesses', methods: ['GET'], what: solutions },
  { kind: 'app', edge: 'whatsapp_business_solution', methods: ['POST'], what: solutions },
  { kind: 'app', edge: 'whatsapp_business_solutions', methods: ['GET'], what: solutions },
  { kind: 'business', edge: 'add_phone_numbers', methods: ['POST'], what: preverified },
  { kind: 'business', edge: 'preverified_numbers', methods: ['GET'], what: preverified },
  { kind: 'business', edge: 'share_preverified_numbers', methods: ['POST'], what: preverified },
  { kind: 'business', edge: 'extendedcredits', methods: ['GET'], what: 'Giving credit' },
  { kind: 'business', edge: 'onboard_partners_to_mm_lite', methods: ['POST'], what: 'Taking partners in' },
];

/** What this request wants of the contract that is not built; null when it is nothing that the contract has. */
export function findNotBuilt(kind: string, request: { method: string; edge: string | null }): NotBuilt | null {
  const { method, edge } = request;
  if (edge === null) return null;
  const isMeant = (each: NotBuilt) =>
    each.kind === kind && each.methods.includes(method as Method) && hasForm(edge, each.edge);
  return notBuilt.find(isMeant) ?? null;
}

function hasForm(edge: string, form: string): boolean {
  const [parts, formParts] = [edge.split('/'), form.split('/')];
  return parts.length === formParts.length && formParts.every((part, at) => part.startsWith('{') || part === parts[at]);
}
