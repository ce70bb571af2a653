import type { JsonObject } from '../contract/json-value.ts';

// The contract's own words (section 2.4), because a phone gets them as they are.

/** So many hundredths. */
export interface Amount {
  readonly value: number;
  readonly offset: number;
}

type DescribedAmount = Amount & { readonly description?: string };

interface OrderItem {
  readonly retailer_id: string;
  readonly name: string;
  readonly amount: Amount;
  readonly quantity: number;
  readonly sale_amount?: Amount;
  readonly country_of_origin?: string;
  readonly importer_name?: string;
  readonly importer_address?: JsonObject;
}

/** Asks a person to look an order over and to pay it. */
export interface OrderDetails {
  readonly reference_id: string;
  readonly type: 'digital-goods' | 'physical-goods';
  readonly payment_type?: 'br' | 'upi';
  readonly payment_settings?: readonly JsonObject[];
  readonly currency: 'BRL' | 'INR';
  readonly total_amount: Amount;
  readonly order: {
    readonly status: 'pending';
    readonly catalog_id?: string;
    readonly expiration?: { readonly timestamp: string; readonly description?: string };
    readonly items: readonly OrderItem[];
    readonly subtotal: Amount;
    readonly tax?: DescribedAmount;
    readonly shipping?: DescribedAmount;
    readonly discount?: DescribedAmount;
  };
}

/** Says how far an order has come. */
export interface OrderStatus {
  readonly reference_id: string;
  readonly order: {
    readonly status: 'pending' | 'processing' | 'partially_shipped' | 'shipped' | 'completed' | 'canceled';
    readonly description?: string;
  };
  readonly payment?: { readonly status: string; readonly timestamp?: number };
}
