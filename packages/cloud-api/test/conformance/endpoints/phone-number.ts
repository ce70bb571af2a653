import { anything, including, type EndpointSuite } from '../endpoint-suite.ts';

/** Contract section 5.2. */
export const getPhoneNumber: EndpointSuite = {
  endpoint: 'GET /{phone}',
  accepts: {
    'the fields that are shown unasked': {
      ask: {},
      answers: {
        verified_name: 'Bakery desk',
        code_verification_status: 'VERIFIED',
        display_phone_number: /^\+1 \d{3}-\d{3}-\d{4}$/,
        quality_rating: 'UNKNOWN',
        platform_type: 'CLOUD_API',
        throughput: { level: 'STANDARD' },
        last_onboarded_time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/,
        id: '{phone}',
      },
    },
    'what a registered number is': {
      ask: {
        query: { fields: 'status,account_mode,is_pin_enabled,host_platform,country_dial_code,quality_score{score}' },
      },
      answers: {
        status: 'CONNECTED',
        account_mode: 'LIVE',
        is_pin_enabled: true,
        host_platform: 'CLOUD_API',
        country_dial_code: '1',
        quality_score: { score: 'UNKNOWN' },
        id: '{phone}',
      },
    },
    'what no number is': {
      ask: { query: { fields: 'is_official_business_account,is_on_biz_app,is_preverified_number' } },
      answers: {
        is_official_business_account: false,
        is_on_biz_app: false,
        is_preverified_number: false,
        id: '{phone}',
      },
    },
    'what is limited': {
      ask: { query: { fields: 'messaging_limit_tier,whatsapp_business_manager_messaging_limit' } },
      answers: including({
        messaging_limit_tier: anything,
        whatsapp_business_manager_messaging_limit: anything,
      }),
    },
    'its health': {
      ask: { query: { fields: 'health_status' } },
      answers: { health_status: { can_send_message: 'AVAILABLE', entities: anything }, id: '{phone}' },
    },
    'what there is nothing of': {
      ask: { query: { fields: 'certificate,new_certificate,conversational_automation' } },
      answers: { id: '{phone}' },
    },
  },
  refuses: {
    'an unknown field': { ask: { query: { fields: 'colour' } }, names: 'colour' },
    'another business': { ask: { caller: 'another business' }, subcode: 33 },
    'no token': { ask: { caller: 'nobody' }, code: 104, status: 401 },
  },
};

/** The same of a number for which nothing has been done. */
export const getNewPhoneNumber: EndpointSuite = {
  endpoint: 'GET /{phone}',
  isRegistered: false,
  accepts: {
    'before anything was done for it': {
      ask: { query: { fields: 'status,code_verification_status,platform_type,is_pin_enabled,last_onboarded_time' } },
      answers: {
        status: 'UNVERIFIED',
        code_verification_status: 'NOT_VERIFIED',
        platform_type: 'NOT_APPLICABLE',
        is_pin_enabled: false,
        id: '{phone}',
      },
    },
  },
  refuses: {},
};
