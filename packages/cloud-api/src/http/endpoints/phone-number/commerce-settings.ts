import { Type } from 'typebox';
import { succeeded } from '../../shapes.ts';
import { parameterError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation } from '../../operation.ts';
import { notRegisteredError, requireSettings } from './registered-number.ts';

const edge = 'whatsapp_commerce_settings';
const permission = 'whatsapp_business_management';

/** As every number begins (contract section 5.4). */
const untold = { isCartEnabled: true, isCatalogVisible: false } as const;

/** `GET /{phone}/whatsapp_commerce_settings`. */
export const getCommerceSettings: PhoneNumberOperation = {
  name: 'commerce settings',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Shows whether the number offers a cart and a catalog',
    differs: 'It is kept and shown; there are no catalogues, and phones do not show a cart.',
    takes: Type.Object({}),
    answers: Type.Object({
      data: Type.Array(
        Type.Object({ id: Type.String(), is_cart_enabled: Type.Boolean(), is_catalog_visible: Type.Boolean() }),
      ),
    }),
  },
  async run(services, { node }) {
    await requireSettings(services, node);
    const { isCartEnabled, isCatalogVisible } = (await services.numberDocuments.find(node.id, 'commerce')) ?? untold;
    return { data: [{ id: node.id, is_cart_enabled: isCartEnabled, is_catalog_visible: isCatalogVisible }] };
  },
};

/** `POST /{phone}/whatsapp_commerce_settings`: what is not told stays. */
export const setCommerceSettings: PhoneNumberOperation = {
  name: 'set commerce settings',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Sets whether the number offers a cart and a catalog',
    differs: 'It is kept and shown; there are no catalogues, and phones do not show a cart.',
    takes: Type.Object({
      is_cart_enabled: Type.Optional(Type.Boolean()),
      is_catalog_visible: Type.Optional(Type.Boolean()),
    }),
    answers: succeeded,
  },
  async run({ numberDocuments }, { node, caller, parameters }) {
    const [cart, catalog] = [parameters.findFlag('is_cart_enabled'), parameters.findFlag('is_catalog_visible')];
    if (cart === null && catalog === null)
      throw parameterError('One of the parameters is_cart_enabled, is_catalog_visible is required.');
    const isDone = await numberDocuments.change(node.id, 'commerce', {
      appId: caller.appId,
      next: (before) => ({
        isCartEnabled: cart ?? (before ?? untold).isCartEnabled,
        isCatalogVisible: catalog ?? (before ?? untold).isCatalogVisible,
      }),
    });
    if (!isDone) throw notRegisteredError();
    return success;
  },
};
