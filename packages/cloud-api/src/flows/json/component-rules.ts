/** What a property of a component may be. All but `static` ones may also be a reference to data. */
export type PropertyKind =
  | { readonly is: 'text'; readonly max?: number; readonly static?: boolean; readonly choices?: readonly string[] }
  | { readonly is: 'texts' }
  | { readonly is: 'flag' | 'number' | 'value' | 'condition' }
  | { readonly is: 'options'; readonly max: number }
  | { readonly is: 'list' | 'object' }
  | { readonly is: 'action'; readonly allows: readonly ActionName[] }
  | { readonly is: 'children' | 'cases' };

export type ActionName = 'navigate' | 'data_exchange' | 'complete' | 'update_data' | 'open_url';

interface PropertyRule {
  readonly kind: PropertyKind;
  readonly isRequired?: boolean;
}

/** One kind of component. */
export interface ComponentRule {
  /** The version of flow.json that it came with. */
  readonly since: string;
  readonly properties: Readonly<Record<string, PropertyRule>>;
  /** How many of them a screen may have. */
  readonly maxPerScreen?: number;
  /** Whether what a person enters in it is known to the form by its name. */
  readonly isInput?: boolean;
}

const text = (max?: number): PropertyRule => ({ kind: max === undefined ? { is: 'text' } : { is: 'text', max } });
const choice = (...choices: string[]): PropertyRule => ({ kind: { is: 'text', choices } });
const must = (rule: PropertyRule): PropertyRule => ({ ...rule, isRequired: true });
const flag: PropertyRule = { kind: { is: 'flag' } };
const number: PropertyRule = { kind: { is: 'number' } };
const value: PropertyRule = { kind: { is: 'value' } };
const list: PropertyRule = { kind: { is: 'list' } };
const object: PropertyRule = { kind: { is: 'object' } };
const options = (max: number): PropertyRule => must({ kind: { is: 'options', max } });
const action = (...allows: ActionName[]): PropertyRule => ({ kind: { is: 'action', allows } });
const children: PropertyRule = { kind: { is: 'children' } };

const name = must({ kind: { is: 'text', static: true } });
const select = action('data_exchange', 'update_data');
const click = action('navigate', 'data_exchange', 'complete', 'update_data', 'open_url');
const shown = { visible: flag };
const input = { name, required: flag, enabled: flag, visible: flag, 'init-value': value, 'error-message': value };
const styled = { 'font-weight': value, strikethrough: flag, markdown: flag };
const chosen = { 'on-select-action': select, 'on-unselect-action': select };
const dates = { 'min-date': value, 'max-date': value, 'unavailable-dates': list };
const uploads = {
  name,
  label: must(text(80)),
  description: text(300),
  enabled: flag,
  visible: flag,
  'error-message': value,
};

/** Every kind of component, with its properties and their limits. */
export const componentRules: Readonly<Record<string, ComponentRule>> = {
  TextHeading: { since: '2.1', properties: { text: must(text(80)), ...shown } },
  TextSubheading: { since: '2.1', properties: { text: must(text(80)), ...shown } },
  TextBody: { since: '2.1', properties: { text: must({ kind: { is: 'texts' } }), ...styled, ...shown } },
  TextCaption: { since: '2.1', properties: { text: must({ kind: { is: 'texts' } }), ...styled, ...shown } },
  RichText: { since: '5.1', properties: { text: must({ kind: { is: 'texts' } }), ...shown } },
  TextInput: {
    since: '2.1',
    isInput: true,
    properties: {
      ...input,
      label: must(text(20)),
      'label-variant': choice('large'),
      'input-type': choice('text', 'number', 'email', 'password', 'passcode', 'phone'),
      pattern: text(),
      'min-chars': value,
      'max-chars': value,
      'helper-text': text(80),
    },
  },
  TextArea: {
    since: '2.1',
    isInput: true,
    properties: {
      ...input,
      label: must(text(20)),
      'label-variant': choice('large'),
      'max-length': value,
      'helper-text': text(80),
    },
  },
  CheckboxGroup: {
    since: '2.1',
    isInput: true,
    properties: {
      ...input,
      ...chosen,
      label: text(30),
      description: text(300),
      'data-source': options(20),
      'min-selected-items': number,
      'max-selected-items': number,
      'media-size': choice('regular', 'large'),
    },
  },
  RadioButtonsGroup: {
    since: '2.1',
    isInput: true,
    properties: {
      ...input,
      ...chosen,
      label: text(30),
      description: text(300),
      'data-source': options(20),
      'media-size': choice('regular', 'large'),
    },
  },
  ChipsSelector: {
    since: '6.3',
    isInput: true,
    properties: {
      ...input,
      ...chosen,
      label: must(text(80)),
      description: text(300),
      'data-source': options(20),
      'min-selected-items': number,
      'max-selected-items': number,
    },
  },
  Dropdown: {
    since: '2.1',
    isInput: true,
    properties: { ...input, ...chosen, label: must(text(20)), 'data-source': options(200) },
  },
  DatePicker: {
    since: '2.1',
    isInput: true,
    properties: { ...input, ...dates, label: must(text(40)), 'helper-text': text(80), 'on-select-action': select },
  },
  CalendarPicker: {
    since: '6.1',
    isInput: true,
    properties: {
      ...input,
      ...dates,
      title: text(80),
      description: text(300),
      label: must(value),
      'helper-text': value,
      mode: choice('single', 'range'),
      'include-days': list,
      'min-days': number,
      'max-days': number,
      'on-select-action': select,
    },
  },
  OptIn: {
    since: '2.1',
    isInput: true,
    maxPerScreen: 5,
    properties: {
      ...chosen,
      name,
      label: must(text(120)),
      required: flag,
      visible: flag,
      enabled: flag,
      'init-value': value,
      'on-click-action': click,
    },
  },
  PhotoPicker: {
    since: '4.0',
    isInput: true,
    maxPerScreen: 1,
    properties: {
      ...uploads,
      'photo-source': choice('camera_gallery', 'camera', 'gallery'),
      'max-file-size-kb': number,
      'min-uploaded-photos': number,
      'max-uploaded-photos': number,
    },
  },
  DocumentPicker: {
    since: '4.0',
    isInput: true,
    maxPerScreen: 1,
    properties: {
      ...uploads,
      'max-file-size-kb': number,
      'min-uploaded-documents': number,
      'max-uploaded-documents': number,
      'allowed-mime-types': list,
    },
  },
  Image: {
    since: '2.1',
    maxPerScreen: 3,
    properties: {
      ...shown,
      src: must(text()),
      width: number,
      height: number,
      'scale-type': choice('cover', 'contain'),
      'aspect-ratio': number,
      'alt-text': text(),
    },
  },
  ImageCarousel: {
    since: '7.1',
    maxPerScreen: 2,
    properties: { ...shown, images: must(list), 'aspect-ratio': text(), 'scale-type': choice('cover', 'contain') },
  },
  NavigationList: {
    since: '6.2',
    maxPerScreen: 2,
    properties: {
      ...shown,
      name,
      'list-items': must(list),
      label: text(80),
      description: text(300),
      'media-size': choice('regular', 'large'),
      'on-click-action': action('navigate', 'data_exchange'),
    },
  },
  EmbeddedLink: {
    since: '2.1',
    maxPerScreen: 2,
    properties: { ...shown, text: must(text(25)), 'on-click-action': must(click) },
  },
  Footer: {
    since: '2.1',
    maxPerScreen: 1,
    properties: {
      label: must(text(35)),
      'left-caption': text(15),
      'center-caption': text(15),
      'right-caption': text(15),
      enabled: flag,
      'on-click-action': must(click),
    },
  },
  Form: {
    since: '2.1',
    properties: { name, children: must(children), 'init-values': object, 'error-messages': object },
  },
  If: {
    since: '4.0',
    properties: {
      condition: must({ kind: { is: 'condition' } }),
      // oxlint-disable-next-line unicorn/no-thenable -- the name of a property, of an object that nobody awaits
      then: must(children),
      else: children,
    },
  },
  Switch: { since: '4.0', properties: { value: must(text()), cases: must({ kind: { is: 'cases' } }) } },
};
