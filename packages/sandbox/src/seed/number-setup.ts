import type { Codes } from '../codes.ts';
import { CallFailedError } from '../json-call.ts';
import type { Business } from '../state-file.ts';
import type { CloudApi } from './cloud-api.ts';

/** The contract's answer when a number has been verified before (section 5.2). */
const alreadyVerified = 136024;

/** Verifies and registers the business's number, as a customer would. Safe to repeat. */
export async function setUpNumber(cloudApi: CloudApi, business: Business, codes: Codes): Promise<void> {
  const { phoneNumberId, phoneNumber, pin } = business;
  if (await requestCode(cloudApi, business)) {
    await cloudApi.post(business, `${phoneNumberId}/verify_code`, { code: codes.get(phoneNumber) });
  }
  await cloudApi.post(business, `${phoneNumberId}/register`, { messaging_product: 'whatsapp', pin });
}

/** Returns false when the number needs no code any more. */
async function requestCode(cloudApi: CloudApi, business: Business): Promise<boolean> {
  try {
    const body = { code_method: 'SMS', language: 'en_US' };
    await cloudApi.post(business, `${business.phoneNumberId}/request_code`, body);
    return true;
  } catch (error) {
    if (error instanceof CallFailedError && error.code === alreadyVerified) return false;
    throw error;
  }
}
