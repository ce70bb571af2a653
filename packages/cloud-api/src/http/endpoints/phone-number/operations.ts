import type { PhoneNumberOperation } from '../../operation.ts';
import { blockUsers, listBlockedUsers, unblockUsers } from './block-users.ts';
import { getBusinessEncryption, setBusinessEncryption } from './business-encryption.ts';
import { getCommerceSettings, setCommerceSettings } from './commerce-settings.ts';
import { getComplianceInfo, setComplianceInfo } from './compliance-info.ts';
import { setConversationalAutomation } from './conversational-automation.ts';
import { deregister } from './deregister.ts';
import { getBusinessProfile } from './get-business-profile.ts';
import { marketingMessages } from './marketing-messages.ts';
import { messages } from './messages.ts';
import { getPhoneNumber } from './phone-number.ts';
import { getOfficialBusinessAccount } from './official-business-account.ts';
import { deleteQrCode, getQrCode, listQrCodes, saveQrCode, updateQrCode } from './qr-codes.ts';
import { register } from './register.ts';
import { requestCode } from './request-code.ts';
import { setBusinessProfile } from './set-business-profile.ts';
import { getSettings, setSettings } from './settings.ts';
import { updatePhoneNumber } from './update-phone-number.ts';
import { uploadMedia } from './upload-media.ts';
import { deleteUsername, getUsername, suggestUsernames, takeUsername } from './username.ts';
import { verifyCode } from './verify-code.ts';

/** What can be done with a phone number. */
export const phoneNumberOperations: readonly PhoneNumberOperation[] = [
  messages,
  marketingMessages,
  getPhoneNumber,
  updatePhoneNumber,
  requestCode,
  verifyCode,
  register,
  deregister,
  getSettings,
  setSettings,
  blockUsers,
  unblockUsers,
  listBlockedUsers,
  uploadMedia,
  getBusinessEncryption,
  setBusinessEncryption,
  getBusinessProfile,
  setBusinessProfile,
  getCommerceSettings,
  setCommerceSettings,
  setConversationalAutomation,
  getComplianceInfo,
  setComplianceInfo,
  getOfficialBusinessAccount,
  saveQrCode,
  listQrCodes,
  getQrCode,
  updateQrCode,
  deleteQrCode,
  getUsername,
  takeUsername,
  deleteUsername,
  suggestUsernames,
];
