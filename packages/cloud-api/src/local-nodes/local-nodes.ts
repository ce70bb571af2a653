import type { ActiveToken } from '../access/introspection.ts';
import type { Flow } from '../flows/flow.ts';
import type { Template } from '../templates/template.ts';

/** A medium of a business account. */
export interface MediaNode {
  readonly kind: 'media';
  readonly id: string;
  readonly wabaId: string;
  /** The number it was uploaded by, or sent to. */
  readonly phoneNumberId: string;
}

/** A resumable upload of an app. */
export interface UploadNode {
  readonly kind: 'upload';
  readonly id: string;
  readonly uploadId: string;
  readonly appId: string;
  /** Where the path names it; else it stands in the query. */
  readonly signature: string | null;
}

/** A message template of a business account. */
export interface TemplateNode {
  readonly kind: 'message_template';
  readonly id: string;
  readonly wabaId: string;
  readonly template: Template;
}

/** A flow of a business account. */
export interface FlowNode {
  readonly kind: 'flow';
  readonly id: string;
  readonly wabaId: string;
  readonly flow: Flow;
}

/** An object of the Graph that the Cloud API keeps itself; the Business Manager does not know it. */
export type LocalNode = MediaNode | UploadNode | TemplateNode | FlowNode;

/** Looks one kind of object up. Null for what is not there, and for what the caller may not act on: nobody can tell which. */
export type FindLocalNode = (id: string, caller: ActiveToken) => Promise<LocalNode | null>;

/** The objects of the Graph that the Cloud API keeps itself, of every kind. */
export class LocalNodes {
  readonly #kinds: readonly FindLocalNode[];

  constructor(kinds: readonly FindLocalNode[]) {
    this.#kinds = kinds;
  }

  /** The object of this id, as far as the caller may act on it; asked for when the Business Manager knows none. */
  async find(id: string, caller: ActiveToken): Promise<LocalNode | null> {
    for (const find of this.#kinds) {
      const node = await find(id, caller);
      if (node) return node;
    }
    return null;
  }
}
