import type { LibraryKind } from './library-template.ts';

const shops = ['E_COMMERCE'];
const banks = ['FINANCIAL_SERVICES'];

/** What there is in the library beside one-time codes, in the contract's own words. */
export const libraryKinds = {
  order_confirmation_1: {
    topic: 'ORDER_MANAGEMENT',
    usecase: 'ORDER_CONFIRMATION',
    industry: shops,
    types: ['TEXT', 'TEXT'],
    buttons: ['URL'],
  },
  shipment_confirmation_1: {
    topic: 'ORDER_MANAGEMENT',
    usecase: 'SHIPMENT_CONFIRMATION',
    industry: shops,
    types: ['TEXT', 'TEXT', 'DATE'],
    buttons: ['URL'],
  },
  delivery_update_1: {
    topic: 'ORDER_MANAGEMENT',
    usecase: 'DELIVERY_UPDATE',
    industry: shops,
    types: ['TEXT', 'DATE'],
    buttons: [],
  },
  delivery_failed_1: {
    topic: 'ORDER_MANAGEMENT',
    usecase: 'DELIVERY_FAILED',
    industry: shops,
    types: ['TEXT', 'ADDRESS', 'DATE'],
    buttons: ['QUICK_REPLY'],
  },
  payment_due_reminder_1: {
    topic: 'PAYMENTS',
    usecase: 'PAYMENT_DUE_REMINDER',
    industry: [...shops, ...banks],
    types: ['TEXT', 'AMOUNT', 'DATE'],
    buttons: ['URL', 'PHONE_NUMBER'],
  },
  payment_confirmation_1: {
    topic: 'PAYMENTS',
    usecase: 'PAYMENT_CONFIRMATION',
    industry: [...shops, ...banks],
    types: ['AMOUNT', 'TEXT'],
    buttons: [],
  },
  low_balance_warning_1: {
    topic: 'PAYMENTS',
    usecase: 'LOW_BALANCE_WARNING',
    industry: banks,
    types: ['NUMBER', 'AMOUNT', 'AMOUNT'],
    buttons: ['PHONE_NUMBER'],
  },
  fraud_alert_1: {
    topic: 'ACCOUNT_UPDATE',
    usecase: 'FRAUD_ALERT',
    industry: banks,
    types: ['AMOUNT', 'TEXT', 'DATE'],
    buttons: ['QUICK_REPLY', 'QUICK_REPLY'],
  },
  account_creation_confirmation_1: {
    topic: 'ACCOUNT_UPDATE',
    usecase: 'ACCOUNT_CREATION_CONFIRMATION',
    industry: [...shops, ...banks],
    types: ['TEXT', 'EMAIL'],
    buttons: ['URL'],
  },
  feedback_survey_1: {
    topic: 'CUSTOMER_FEEDBACK',
    usecase: 'FEEDBACK_SURVEY',
    industry: [...shops, ...banks],
    types: ['TEXT', 'TEXT'],
    buttons: ['QUICK_REPLY', 'QUICK_REPLY', 'QUICK_REPLY'],
  },
} as const satisfies Readonly<Record<string, LibraryKind>>;

export type LibraryName = keyof typeof libraryKinds;
