import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { parseBusinessKey } from '../../../numbers/business-encryption.ts';
import { succeeded } from '../../shapes.ts';
import { parameterError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation } from '../../operation.ts';
import { notRegisteredError, requireSettings } from './registered-number.ts';

const edge = 'whatsapp_business_encryption';
const permission = 'whatsapp_business_messaging';
const name = 'business_public_key';
const signatureStatuses = ['VALID', 'MISMATCH'] as const;

/** `GET /{phone}/whatsapp_business_encryption` (contract section 5.4). */
export const getBusinessEncryption: PhoneNumberOperation = {
  name: 'business encryption',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Shows the public key for the data of flows, and whether the number vouches for it',
    takes: Type.Object({}),
    answers: Type.Object({
      data: Type.Array(
        Type.Object({
          business_public_key: Type.String(),
          business_public_key_signature_status: Type.Enum([...signatureStatuses]),
        }),
      ),
    }),
  },
  async run(services, { node }) {
    await requireSettings(services, node);
    const key = await services.businessEncryption.find(node.id);
    if (!key) return { data: [] };
    const status = key.isVouchedFor ? 'VALID' : 'MISMATCH';
    return { data: [{ business_public_key: key.pem, business_public_key_signature_status: status }] };
  },
};

/** `POST /{phone}/whatsapp_business_encryption`. */
export const setBusinessEncryption: PhoneNumberOperation = {
  name: 'set business encryption',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Sets the public key for the data of flows',
    takes: Type.Object({ [name]: Type.String({ description: 'An RSA public key of 2,048 bits in PEM.' }) }),
    answers: succeeded,
  },
  async run({ businessEncryption }, { node, caller, parameters }) {
    const key = parseBusinessKey(parameters.getText(name, limits.maxPublicKeyCharacters));
    if (!key) throw parameterError(`Param ${name} must be an RSA public key of ${limits.businessKeyBits} bits in PEM.`);
    if (!(await businessEncryption.set(node.id, key, caller.appId))) throw notRegisteredError();
    return success;
  },
};
