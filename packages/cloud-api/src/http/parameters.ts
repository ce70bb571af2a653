import { limits } from '@postern/protocol';
import { parameterError } from './graph-errors.ts';
import { isShallowJson, type JsonObject } from '../contract/json-value.ts';

type Values = Readonly<Record<string, unknown>>;

/** How many there may be, both ends included. */
interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * The parameters of a request, or of one object in it, read into exact types. An explicit null means absent. In a query or a
 * form, objects and lists are JSON text and numbers are digits (contract section 1.2). What nobody asks for is ignored.
 */
export class Parameters {
  readonly #values: Values;
  readonly #parent: string | null;

  /** `parent` is the name of the object that these are the members of. */
  constructor(values: Values, parent: string | null = null) {
    this.#values = values;
    this.#parent = parent;
  }

  /** How an error names the object that these are the members of; empty for the request itself. */
  get path(): string {
    return this.#parent ?? '';
  }

  /** These and more: those of another part of the request, which count before these. */
  extend(values: Values): Parameters {
    return new Parameters({ ...this.#values, ...values }, this.#parent);
  }

  /** These but one. */
  without(name: string): Parameters {
    const { [name]: _, ...values } = this.#values;
    return new Parameters(values, this.#parent);
  }

  has(name: string): boolean {
    return this.#find(name) !== null;
  }

  isText(name: string): boolean {
    return typeof this.#find(name) === 'string';
  }

  /** How an error names this parameter: `to`, or `text['body']`. */
  label(name: string): string {
    return this.#parent === null ? name : `${this.#parent}['${name}']`;
  }

  /** A text, or a number as its digits, also an empty one; null when there is none. */
  findAnyText(name: string, maxCharacters: number = limits.maxRequestBodyBytes): string | null {
    const value = this.#find(name);
    if (value === null) return null;
    if (typeof value !== 'string' && typeof value !== 'number')
      throw parameterError(`Param ${this.label(name)} must be a string.`);
    const text = String(value);
    if (isLongerThan(text, maxCharacters))
      throw parameterError(`Param ${this.label(name)} must be at most ${maxCharacters} characters long.`);
    return text;
  }

  /** A text that says something: null also when it is empty. */
  findText(name: string, maxCharacters?: number): string | null {
    const text = this.findAnyText(name, maxCharacters);
    return text === '' ? null : text;
  }

  getText(name: string, maxCharacters?: number): string {
    return this.findText(name, maxCharacters) ?? this.#required(name);
  }

  /** One of a few words, in their own spelling whatever the case it came in. */
  findChoice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const text = this.findText(name)?.toLowerCase();
    if (text === undefined) return null;
    const choice = choices.find((each) => each.toLowerCase() === text);
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

  getNumber(name: string, { min, max }: Range): number {
    const number = this.findNumber(name) ?? this.#required(name);
    if (number >= min && number <= max) return number;
    throw parameterError(`Param ${this.label(name)} must be a number from ${min} to ${max}.`);
  }

  findInteger(name: string, { min, max }: Range): number | null {
    const number = this.findNumber(name);
    if (number === null) return null;
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    throw parameterError(`Param ${this.label(name)} must be a whole number from ${min} to ${max}.`);
  }

  getInteger(name: string, range: Range): number {
    return this.findInteger(name, range) ?? this.#required(name);
  }

  findFlag(name: string): boolean | null {
    const value = this.#find(name);
    if (value === null || value === '') return null;
    const word = typeof value === 'string' ? value.toLowerCase() : value;
    if (word === true || word === 'true' || word === 1 || word === '1') return true;
    if (word === false || word === 'false' || word === 0 || word === '0') return false;
    throw parameterError(`Param ${this.label(name)} must be a boolean.`);
  }

  findObject(name: string): Parameters | null {
    const value = fromJsonText(this.#find(name));
    if (value === null || value === '') return null;
    if (typeof value === 'object' && !Array.isArray(value)) return new Parameters(value as Values, this.label(name));
    throw parameterError(`Param ${this.label(name)} must be an object.`);
  }

  getObject(name: string): Parameters {
    return this.findObject(name) ?? this.#required(name);
  }

  /** A list of objects; an empty one counts as one. */
  findList(name: string, { min, max }: Range): Parameters[] | null {
    const value = fromJsonText(this.#find(name));
    if (value === null || value === '') return null;
    const label = this.label(name);
    if (!Array.isArray(value)) throw parameterError(`Param ${label} must be a list.`);
    if (value.length < min || value.length > max)
      throw parameterError(`Param ${label} must hold ${min === max ? min : `${min} to ${max}`} objects.`);
    return value.map((each: unknown, index) => {
      if (each !== null && typeof each === 'object' && !Array.isArray(each))
        return new Parameters(each as Values, `${label}[${index}]`);
      throw parameterError(`Param ${label}[${index}] must be an object.`);
    });
  }

  getList(name: string, range: Range): Parameters[] {
    return this.findList(name, range) ?? this.#required(name);
  }

  /** An object of whatever members, for somebody who knows what they mean; not nested deeper than the table of limits says. */
  findJson(name: string): JsonObject | null {
    const value = fromJsonText(this.#find(name));
    if (value === null || value === '') return null;
    if (typeof value !== 'object' || Array.isArray(value))
      throw parameterError(`Param ${this.label(name)} must be an object.`);
    if (!isShallowJson(value))
      throw parameterError(`Param ${this.label(name)} must be nested at most ${limits.maxJsonDepth} levels deep.`);
    return value as JsonObject;
  }

  /** A list of words: a list, JSON text of one, or words between commas, in brackets or not. A number is its digits. */
  findWords(name: string): string[] | null {
    const value = this.#find(name);
    if (value === null || value === '') return null;
    const words = typeof value === 'string' ? splitWords(value) : value;
    if (Array.isArray(words) && words.every((word) => typeof word === 'string' || typeof word === 'number'))
      return words.map(String);
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

/** Counts characters as people do; most texts are short enough however one counts. */
function isLongerThan(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  return text.length > 2 * maxCharacters || Array.from(text).length > maxCharacters;
}

/** Not by JSON alone: `[US,IN]` is meant as a list, and a long id is not to lose digits. */
function splitWords(text: string): unknown {
  const inner = /^\s*\[([^[\]{}"]*)\]\s*$/.exec(text)?.[1];
  if (inner?.trim() === '') return [];
  const value = inner === undefined ? fromJsonText(text) : inner;
  return typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value;
}

function fromJsonText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
