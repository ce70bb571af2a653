import type { JsonObject, JsonValue } from '../../contract/json-value.ts';
import { objectOf, objectsOf, shownText, shownValue } from './shown-values.ts';

type Draw = (component: JsonObject, screen: JsonObject) => string;

const pictures = /^[A-Za-z0-9+/=\s]+$/;

/** Each kind of component as HTML that does nothing. What has no look of its own is left out. */
const drawings: Readonly<Record<string, Draw>> = {
  TextHeading: (component, screen) => `<h2>${textOf(component, 'text', screen)}</h2>`,
  TextSubheading: (component, screen) => `<h3>${textOf(component, 'text', screen)}</h3>`,
  TextBody: (component, screen) => `<p>${textOf(component, 'text', screen)}</p>`,
  TextCaption: (component, screen) => `<p><small>${textOf(component, 'text', screen)}</small></p>`,
  RichText: (component, screen) => `<p>${textOf(component, 'text', screen)}</p>`,
  TextInput: (component, screen) =>
    labelled(component, screen, `<input type="${inputTypes.get(component['input-type']) ?? 'text'}">`),
  TextArea: (component, screen) => labelled(component, screen, '<textarea rows="3"></textarea>'),
  DatePicker: (component, screen) => labelled(component, screen, '<input type="date">'),
  CalendarPicker: (component, screen) => labelled(component, screen, '<input type="date">'),
  Dropdown: (component, screen) =>
    labelled(
      component,
      screen,
      `<select>${options(component, screen, (title) => `<option>${title}</option>`)}</select>`,
    ),
  CheckboxGroup: (component, screen) => choices(component, screen, 'checkbox'),
  ChipsSelector: (component, screen) => choices(component, screen, 'checkbox'),
  RadioButtonsGroup: (component, screen) => choices(component, screen, 'radio'),
  OptIn: (component, screen) =>
    `<label class="choice"><input type="checkbox"> ${textOf(component, 'label', screen)}</label>`,
  PhotoPicker: (component, screen) => labelled(component, screen, '<input type="file" disabled>'),
  DocumentPicker: (component, screen) => labelled(component, screen, '<input type="file" disabled>'),
  EmbeddedLink: (component, screen) => link(component, textOf(component, 'text', screen), 'link'),
  NavigationList: drawNavigationList,
  Image: (component, screen) => picture(component, screen),
  ImageCarousel: (component, screen) =>
    objectsOf(component['images'])
      .map((image) => picture(image, screen))
      .join(''),
  Footer: (component, screen) => link(component, textOf(component, 'label', screen), 'footer'),
  Form: (component, screen) => drawComponents(component['children'], screen),
  If: (component, screen) =>
    drawCase(component['then'], screen, `if ${escaped(component['condition'])}`) +
    drawCase(component['else'], screen, 'otherwise'),
  Switch: (component, screen) =>
    Object.entries(objectOf(component['cases']))
      .map(([name, children]) => drawCase(children, screen, `${escaped(component['value'])} is ${escaped(name)}`))
      .join(''),
};

/** What stands on a screen, as HTML. */
export function drawComponents(children: JsonValue | undefined, screen: JsonObject): string {
  return objectsOf(children)
    .map((component) => {
      const type = shownText(component['type'], screen);
      return Object.hasOwn(drawings, type) ? (drawings[type]?.(component, screen) ?? '') : '';
    })
    .join('\n');
}

/** Any value as text that is no HTML. */
export function escaped(value: JsonValue | undefined): string {
  const marks: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return (typeof value === 'string' ? value : JSON.stringify(value ?? '')).replace(
    /[&<>"']/g,
    (mark) => marks[mark] ?? '',
  );
}

function textOf(component: JsonObject, name: string, screen: JsonObject): string {
  return escaped(shownText(component[name], screen));
}

function labelled(component: JsonObject, screen: JsonObject, control: string): string {
  const helper = textOf(component, 'helper-text', screen);
  const hint = helper === '' ? '' : `<small>${helper}</small>`;
  return `<label>${textOf(component, 'label', screen)}${control}${hint}</label>`;
}

const inputTypes = new Map<JsonValue | undefined, string>([
  ['number', 'number'],
  ['email', 'email'],
  ['phone', 'tel'],
  ['password', 'password'],
]);

function options(component: JsonObject, screen: JsonObject, draw: (title: string) => string): string {
  return objectsOf(shownValue(component['data-source'], screen))
    .map((option) => draw(textOf(option, 'title', screen)))
    .join('');
}

function choices(component: JsonObject, screen: JsonObject, type: 'checkbox' | 'radio'): string {
  const name = escaped(component['name']);
  const list = options(component, screen, (title) => {
    return `<label class="choice"><input type="${type}" name="${name}"> ${title}</label>`;
  });
  return `<fieldset><legend>${textOf(component, 'label', screen)}</legend>${list}</fieldset>`;
}

/** Where an action leads to a screen that the file names, a link to it. */
function link(component: JsonObject, label: string, kind: 'link' | 'footer'): string {
  const next = objectOf(objectOf(component['on-click-action'])['next'])['name'];
  return typeof next === 'string'
    ? `<a class="${kind}" href="#${escaped(next)}">${label}</a>`
    : `<span class="${kind}">${label}</span>`;
}

function drawNavigationList(component: JsonObject, screen: JsonObject): string {
  return objectsOf(shownValue(component['list-items'], screen))
    .map((item) => {
      const main = objectOf(item['main-content']);
      const clicked = item['on-click-action'] ?? component['on-click-action'];
      return link(
        { ...(clicked !== undefined && { 'on-click-action': clicked }) },
        textOf(main, 'title', screen),
        'link',
      );
    })
    .join('');
}

function picture(component: JsonObject, screen: JsonObject): string {
  const source = shownText(component['src'], screen).replace(/^data:image\/\w+;base64,/, '');
  const alt = textOf(component, 'alt-text', screen);
  if (!pictures.test(source)) return `<p class="picture">${alt === '' ? 'Image' : alt}</p>`;
  const type = source.startsWith('iVBOR') ? 'png' : 'jpeg';
  return `<img alt="${alt}" src="data:image/${type};base64,${source}">`;
}

function drawCase(children: JsonValue | undefined, screen: JsonObject, condition: string): string {
  if (children === undefined) return '';
  return `<div class="case"><small>${condition}</small>${drawComponents(children, screen)}</div>`;
}
