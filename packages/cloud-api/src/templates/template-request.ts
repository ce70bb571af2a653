import type { MediaUse } from '../messages/media-use.ts';
import type { OrderDetails, OrderStatus } from '../messages/orders.ts';

/** A template that a business wants filled in and sent (contract section 2.5). It has the contract's form; whether it fits the template is for the template to say. */
export interface TemplateRequest {
  readonly name: string;
  /** `language.code`, as it was sent: it must match exactly. */
  readonly language: string;
  readonly components: readonly TemplateComponent[];
}

export type TemplateComponent =
  CardComponent | OfferComponent | CarouselComponent | TapTargetComponent | OrderStatusComponent;

/** What a card of a carousel may have too. */
export type CardComponent = TextComponent | ButtonComponent;

interface Component<Type extends string> {
  readonly type: Type;
  /** How an error names it. */
  readonly label: string;
}

export interface TextComponent extends Component<'header' | 'body'> {
  readonly parameters: readonly TextParameter[];
}

/** A value for a variable of the header or the body. */
export type TextParameter = { readonly label: string; readonly name: string | null } & (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'currency'; readonly fallbackValue: string; readonly code: string; readonly amount1000: number }
  | { readonly type: 'date_time'; readonly fallbackValue: string }
  | { readonly type: 'group_id'; readonly groupId: string }
  | {
      readonly type: 'image' | 'video' | 'document' | 'gif';
      readonly media: MediaUse;
      readonly filename: string | null;
    }
  | { readonly type: 'location'; readonly location: TemplateLocation }
  | { readonly type: 'product'; readonly catalogId: string; readonly productRetailerId: string }
);

export interface TemplateLocation {
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string;
  readonly address: string;
}

export type ButtonComponent = Component<'button'> & { readonly index: number } & ButtonValues;

/** What a button of each kind is filled in with. */
export type ButtonValues =
  | { readonly subType: 'quick_reply'; readonly payload: string | null }
  | { readonly subType: 'url'; readonly text: string | null }
  | { readonly subType: 'copy_code'; readonly couponCode: string | null }
  | { readonly subType: 'catalog'; readonly thumbnailProductRetailerId: string | null }
  | {
      readonly subType: 'mpm';
      readonly thumbnailProductRetailerId: string | null;
      readonly sections: readonly ProductSection[];
    }
  | { readonly subType: 'flow'; readonly flowToken: string | null; readonly flowActionData: object | null }
  | { readonly subType: 'voice_call'; readonly ttlMinutes: number | null; readonly payload: string | null }
  | { readonly subType: 'order_details'; readonly orderDetails: OrderDetails };

/** Products under a heading. */
export interface ProductSection {
  readonly title?: string;
  readonly product_items: readonly { readonly product_retailer_id: string }[];
}

export interface OfferComponent extends Component<'limited_time_offer'> {
  readonly expirationTimeMs: number;
}

export interface CarouselComponent extends Component<'carousel'> {
  readonly cards: readonly TemplateCard[];
}

export interface TemplateCard {
  readonly label: string;
  readonly cardIndex: number;
  readonly components: readonly CardComponent[];
}

export interface TapTargetComponent extends Component<'tap_target_configuration'> {
  readonly targets: readonly { readonly url: string; readonly title: string }[];
}

export interface OrderStatusComponent extends Component<'order_status'> {
  readonly orderStatus: OrderStatus;
}
