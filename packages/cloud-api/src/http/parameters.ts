import { parameterError } from './graph-errors.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * The parameters of a request, or of one object in it, read into exact types. An explicit null means absent. In a query or a
 * form, objects and lists are JSON text and numbers are digits (contract section 1.2).
 */
export class Parameters {
  readonly #values: Values;
  readonly #parent: string | null;

  /** `parent` is the name of the object that these are the members of. */
  constructor(values: Values, parent: string | null = null) {
    this.#values = values;
    this.#parent = parent;
  }

  has(name: string): boolean {
    return this.#find(name) !== null;
  }

  /** How an error names this parameter: `to`, or `text['body']`. */
  label(name: string): string {
    return this.#parent === null ? name : `${this.#parent}['${name}']`;
  }

  /** A text, or a number as its digits; null when there is none or it is empty. */
  findText(name: string): string | null {
    const value = this.#find(name);
    if (value === null || value === '') return null;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw parameterError(`Param ${this.label(name)} must be a string.`);
  }

  getText(name: string): string {
    return this.findText(name) ?? this.#required(name);
  }

  /** One of a few words, in their own spelling whatever the case it came in. */
  findChoice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const text = this.findText(name)?.toLowerCase();
    if (text === undefined) return null;
    const choice = choices.find((each) => each === text);
    if (choice !== undefined) return choice;
    const list = choices.map((each) => each.toUpperCase()).join(', ');
    throw parameterError(`Param ${this.label(name)} must be one of {${list}}.`);
  }

  getChoice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    return this.findChoice(name, choices) ?? this.#required(name);
  }

  /** A number, also when it is written as text; null when there is none. */
  findNumber(name: string): number | null {
    const text = this.findText(name);
    if (text === null) return null;
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    throw parameterError(`Param ${this.label(name)} must be a number.`);
  }

  findFlag(name: string): boolean | null {
    const value = this.#find(name);
    if (value === null || value === '') return null;
    if (value === true || value === 'true' || value === 1 || value === '1') return true;
    if (value === false || value === 'false' || value === 0 || value === '0') return false;
    throw parameterError(`Param ${this.label(name)} must be a boolean.`);
  }

  findObject(name: string): Parameters | null {
    const value = fromJsonText(this.#find(name));
    if (value === null || value === '') return null;
    if (typeof value === 'object' && !Array.isArray(value)) return new Parameters(value as Values, this.label(name));
    throw parameterError(`Param ${this.label(name)} must be an object.`);
  }

  /** A list of words: a list, JSON text of one, or words between commas. */
  findWords(name: string): string[] | null {
    const value = fromJsonText(this.#find(name));
    if (value === null || value === '') return null;
    if (typeof value === 'string') return value.split(',').map((word) => word.trim());
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
    throw parameterError(`Param ${this.label(name)} must be a list of strings.`);
  }

  #find(name: string): unknown {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : null;
    return value ?? null;
  }

  #required(name: string): never {
    throw parameterError(`The parameter ${this.label(name)} is required.`);
  }
}

function fromJsonText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
