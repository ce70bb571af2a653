import { callJson } from '../json-call.ts';

interface Named {
  readonly id: string;
}

/** The admin API of the Business Manager. */
export class BusinessManager {
  readonly #url: string;
  readonly #token: string;

  constructor(options: { url: string; adminToken: string }) {
    this.#url = options.url;
    this.#token = options.adminToken;
  }

  /** The first object of a list that has these fields; null when there is none. */
  async find<Item extends Named>(path: string, fields: Partial<Item>): Promise<Item | null> {
    const { data } = await callJson<{ data: Item[] }>({
      method: 'GET',
      url: this.#at(`${path}?limit=100`),
      ...this.#auth,
    });
    const wanted = Object.entries(fields);
    return data.find((item) => wanted.every(([name, value]) => item[name as keyof Item] === value)) ?? null;
  }

  create<Item extends object>(path: string, body: object): Promise<Item> {
    return callJson<Item>({ method: 'POST', url: this.#at(path), body, ...this.#auth });
  }

  /** The object with these fields, made when it is missing: so a seeding that was cut short can be repeated. */
  async ensure<Item extends Named>(path: string, fields: Partial<Item> & object): Promise<Item> {
    return (await this.find<Item>(path, fields)) ?? (await this.create<Item>(path, fields));
  }

  async put(path: string): Promise<void> {
    await callJson({ method: 'PUT', url: this.#at(path), ...this.#auth });
  }

  get #auth(): { token: string } {
    return { token: this.#token };
  }

  #at(path: string): string {
    return `${this.#url}/v1/${path}`;
  }
}
