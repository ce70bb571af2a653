/** The media that a header can hold. */
export const mediaFormats = ['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF'] as const;
export type MediaFormat = (typeof mediaFormats)[number];

/** What a template is made of, in the contract's own words (section 5.5): stored and shown as it is. */
export type DeclaredComponent =
  | HeaderComponent
  | BodyComponent
  | FooterComponent
  | ButtonsComponent
  | LimitedTimeOfferComponent
  | CarouselComponent
  | { readonly type: 'CALL_PERMISSION_REQUEST' };

export interface NamedExample {
  readonly param_name: string;
  readonly example: string;
}

export type HeaderComponent =
  | {
      readonly type: 'HEADER';
      readonly format: 'TEXT';
      readonly text: string;
      readonly example?: { header_text: readonly string[] } | { header_text_named_params: readonly NamedExample[] };
    }
  | { readonly type: 'HEADER'; readonly format: MediaFormat; readonly example?: { header_handle: readonly string[] } }
  | { readonly type: 'HEADER'; readonly format: 'LOCATION' | 'PRODUCT' };

export interface BodyComponent {
  readonly type: 'BODY';
  readonly text: string;
  /** Of authentication templates. */
  readonly add_security_recommendation?: boolean;
  readonly example?:
    { body_text: readonly (readonly string[])[] } | { body_text_named_params: readonly NamedExample[] };
}

export interface FooterComponent {
  readonly type: 'FOOTER';
  readonly text: string;
  /** Of authentication templates. */
  readonly code_expiration_minutes?: number;
}

export interface ButtonsComponent {
  readonly type: 'BUTTONS';
  readonly buttons: readonly TemplateButton[];
}

export interface LimitedTimeOfferComponent {
  readonly type: 'LIMITED_TIME_OFFER';
  readonly limited_time_offer: { readonly text: string; readonly has_expiration: boolean };
}

export interface CarouselComponent {
  readonly type: 'CAROUSEL';
  readonly cards: readonly { readonly components: readonly CardComponent[] }[];
}

export type CardComponent = HeaderComponent | BodyComponent | ButtonsComponent;

/** Buttons that do the same in every message: nothing is filled in when they are sent. */
export const plainButtonTypes = ['REQUEST_CONTACT_INFO', 'SEND_LOCATION', 'POSTBACK', 'REMINDER'] as const;

export type TemplateButton =
  | { readonly type: 'QUICK_REPLY'; readonly text: string }
  | { readonly type: 'URL'; readonly text: string; readonly url: string; readonly example?: readonly string[] }
  | { readonly type: 'PHONE_NUMBER'; readonly text: string; readonly phone_number: string }
  | { readonly type: 'COPY_CODE'; readonly text: string; readonly example: readonly string[] }
  | { readonly type: 'CATALOG' | 'MPM' | 'SPM' | 'ORDER_DETAILS'; readonly text: string }
  | FlowButton
  | { readonly type: 'VOICE_CALL'; readonly text: string; readonly ttl_minutes?: number }
  | { readonly type: (typeof plainButtonTypes)[number]; readonly text: string };

export interface FlowButton {
  readonly type: 'FLOW';
  readonly text: string;
  readonly flow_id?: string;
  readonly flow_name?: string;
  readonly flow_action?: string;
  readonly navigate_screen?: string;
  readonly icon?: string;
}

/** Every button of a template: those of the message, then card by card. */
export function buttonsOf(components: readonly DeclaredComponent[]): TemplateButton[] {
  const cards = findComponent(components, 'CAROUSEL')?.cards ?? [];
  return [components, ...cards.map((card) => card.components)].flatMap(
    (parts) => findComponent(parts, 'BUTTONS')?.buttons ?? [],
  );
}

/** The first component of a type; null when there is none. */
export function findComponent<Type extends DeclaredComponent['type']>(
  components: readonly DeclaredComponent[],
  type: Type,
): Extract<DeclaredComponent, { type: Type }> | null {
  const found = components.find((component) => component.type === type);
  return (found ?? null) as Extract<DeclaredComponent, { type: Type }> | null;
}
