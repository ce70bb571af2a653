import { structureError } from './template-refused.ts';
import type {
  ButtonComponent,
  CarouselComponent,
  OfferComponent,
  OrderStatusComponent,
  TapTargetComponent,
  TemplateComponent,
  TextComponent,
} from './template-request.ts';

/** The components of a request by what they are for. */
export interface GivenComponents {
  readonly header: TextComponent | null;
  readonly body: TextComponent | null;
  readonly buttons: readonly ButtonComponent[];
  readonly offer: OfferComponent | null;
  readonly carousel: CarouselComponent | null;
  readonly tapTargets: TapTargetComponent | null;
  readonly orderStatus: OrderStatusComponent | null;
}

/** @throws TemplateRefusedError when a component other than a button is there twice */
export function givenComponents<Component extends TemplateComponent>(
  components: readonly Component[],
): GivenComponents {
  const find = <Type extends TemplateComponent['type']>(type: Type) => {
    const [first = null, second] = components.filter((component) => component.type === type);
    if (second) throw structureError(`${second.label}: there is more than one component of this type.`);
    return first as Extract<TemplateComponent, { type: Type }> | null;
  };
  return {
    header: find('header') as TextComponent | null,
    body: find('body') as TextComponent | null,
    buttons: components.filter((component): component is Component & ButtonComponent => component.type === 'button'),
    offer: find('limited_time_offer'),
    carousel: find('carousel'),
    tapTargets: find('tap_target_configuration'),
    orderStatus: find('order_status'),
  };
}
