import { join } from 'node:path';
import { Phone, type InboxItem } from '@postern/client';
import { encodeWamid, limits, parsePhoneNumber, type Clock, type PhoneNumber } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { Codes } from '../codes.ts';
import type { PersonRecord, StateFile } from '../state-file.ts';

/** Numbers nobody has: the area code 555 is not given out, nor is 010 as an exchange. */
const firstNumber = 15_550_100_001;

const firstPeople = ['Ana', 'Ben'];
const greeting = 'Hi';

interface PeopleOptions {
  readonly dir: string;
  readonly transportUrl: string;
  readonly state: StateFile;
  readonly codes: Codes;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The sandbox's people. Each has a phone of their own: the same client, keys and connection as anybody's. */
export class People {
  readonly #options: PeopleOptions;
  readonly #phones = new Map<PhoneNumber, Phone>();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Switches the phones on; the first time, makes Ana and Ben. */
  async start(): Promise<void> {
    const { state } = this.#options;
    for (const name of firstPeople.slice(state.state.people.length)) this.#record(name, this.#freeNumber());
    await Promise.all(state.state.people.map((person) => this.#open(person)));
  }

  list(): Phone[] {
    return this.#options.state.state.people.flatMap(({ phoneNumber }) => this.find(phoneNumber) ?? []);
  }

  find(phoneNumber: string): Phone | null {
    return this.#phones.get(phoneNumber as PhoneNumber) ?? null;
  }

  /** Makes a person with a phone; a number that nobody has is taken unless one is given. Null when it is taken. */
  async add(name: string, phoneNumber: PhoneNumber = this.#freeNumber()): Promise<Phone | null> {
    if (this.#has(phoneNumber)) return null;
    return this.#open(this.#record(name, phoneNumber));
  }

  get isFull(): boolean {
    return this.#options.state.state.people.length >= limits.maxSandboxPeople;
  }

  /**
   * Whoever has not written to this number for nearly a day says hello, so that it may write to them. Resolves when that
   * has arrived; false when it takes too long.
   */
  async greet(number: PhoneNumber): Promise<boolean> {
    const sinceMs = this.#options.clock.now() - limits.serviceWindowMs + limits.hourMs;
    const silent = this.list().filter((phone) => !phone.inbox().some((item) => isAnswerable(item, number, sinceMs)));
    const greetings = silent.map((phone) => {
      const messageId = phone.say({ to: number, text: { body: greeting } });
      return { phone, id: encodeWamid({ phoneNumber: phone.phoneNumber, sentByBusiness: false, messageId }) };
    });
    const arrived = await Promise.all(greetings.map(({ phone, id }) => untilDelivered(phone, id)));
    return arrived.every(Boolean);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((phone) => phone.close()));
  }

  #has(phoneNumber: PhoneNumber): boolean {
    return this.#options.state.state.people.some((person) => person.phoneNumber === phoneNumber);
  }

  #freeNumber(): PhoneNumber {
    let number = firstNumber;
    while (this.#has(String(number) as PhoneNumber)) number += 1;
    return parsePhoneNumber(String(number)) as PhoneNumber;
  }

  /** Written down before the phone registers, so that a crash in between is repaired at the next start. */
  #record(name: string, phoneNumber: PhoneNumber): PersonRecord {
    const person = { name, phoneNumber };
    const { state } = this.#options;
    state.update({ people: [...state.state.people, person] });
    return person;
  }

  async #open({ name, phoneNumber }: PersonRecord): Promise<Phone> {
    const { dir, transportUrl, codes, clock, logger } = this.#options;
    const phone = await Phone.open({
      dir: join(dir, phoneNumber),
      name,
      phoneNumber,
      transportUrl,
      clock,
      log: logger,
      receiveCode: async (number) => codes.get(number),
    });
    this.#phones.set(phoneNumber, phone);
    return phone;
  }
}

function isAnswerable({ direction, to, timestamp }: InboxItem, number: PhoneNumber, sinceMs: number): boolean {
  return direction === 'out' && to === number && Number(timestamp) * 1000 > sinceMs;
}

/** Whether the business has it, in time. */
async function untilDelivered(phone: Phone, id: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = () => {
    if (phone.inbox().some((item) => item.id === id && item.state === 'delivered')) resolve(true);
  };
  const stop = phone.onChange(look);
  const timer = setTimeout(() => resolve(false), limits.sandboxGreetingTimeoutMs);
  look();
  const isDelivered = await promise;
  clearTimeout(timer);
  stop();
  return isDelivered;
}
