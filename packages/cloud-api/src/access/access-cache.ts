import { hash } from 'node:crypto';
import { limits, type Clock } from '@postern/protocol';
import type { AccessSource } from './business-manager-client.ts';
import { BusinessManagerUnavailableError } from './business-manager-http.ts';
import { FreshCache } from './fresh-cache.ts';
import type { Introspection } from './introspection.ts';

// Contract section 1.1: every id that can be a node here.
const nodePattern = /^[1-9][0-9]{14,16}$/;

// SHA-256 in base64, which may hold slashes itself.
const hashCharacters = 44;

/**
 * Remembers what the Business Manager said for at most a minute, and a refusal for two seconds. When the Business
 * Manager is away, what is remembered is used until its time is over; after that nobody has access.
 */
export class AccessCache implements AccessSource {
  readonly #source: AccessSource;
  readonly #tokens: FreshCache<Introspection>;
  readonly #secrets: FreshCache<string>;
  readonly #signingSecrets: FreshCache<{ secret: string | null }>;

  constructor({ source, clock }: { source: AccessSource; clock: Clock }) {
    this.#source = source;
    this.#tokens = new FreshCache({ clock, maxEntries: limits.maxCachedTokens, freshUntilMs });
    this.#secrets = new FreshCache({
      clock,
      maxEntries: limits.maxCachedTokens,
      freshUntilMs: (_secret, askedAtMs) => askedAtMs + limits.tokenCacheMs,
    });
    this.#signingSecrets = new FreshCache({
      clock,
      maxEntries: limits.maxCachedTokens,
      freshUntilMs: ({ secret }, askedAtMs) =>
        askedAtMs + (secret === null ? limits.refusalCacheMs : limits.tokenCacheMs),
    });
  }

  /**
   * Says whose token this is and whether it may act on the node.
   * @throws BusinessManagerUnavailableError when that is in doubt
   */
  async introspect(token: string, node: string | null): Promise<Introspection> {
    if (token.length > limits.maxTokenCharacters) return { active: false, reason: 'malformed' };
    const asked = node !== null && nodePattern.test(node) ? node : null;
    const key = `${hash('sha256', token, 'base64')}/${asked ?? ''}`;
    return this.#tokens.find(key) ?? load(this.#tokens, key, () => this.#source.introspect(token, asked));
  }

  /** What is remembered of these objects is asked for again: something of them was changed. */
  forget(nodes: readonly string[]): void {
    this.#tokens.forget((key) => nodes.includes(key.slice(hashCharacters + 1)));
  }

  /** The secret of an app. @throws BusinessManagerUnavailableError */
  async appSecret(appId: string): Promise<string> {
    return this.#secrets.find(appId) ?? load(this.#secrets, appId, () => this.#source.appSecret(appId));
  }

  /**
   * The secret that an app gets what concerns an account signed with; null when it may not act on the account any more.
   * @throws BusinessManagerUnavailableError
   */
  async signingSecret(appId: string, wabaId: string): Promise<string | null> {
    const key = `${appId}/${wabaId}`;
    const ask = async () => ({ secret: await this.#source.signingSecret(appId, wabaId) });
    const found = this.#signingSecrets.find(key) ?? (await load(this.#signingSecrets, key, ask));
    return found.secret;
  }
}

function load<Value>(cache: FreshCache<Value>, key: string, ask: () => Promise<Value>): Promise<Value> {
  if (cache.loading >= limits.maxIntrospectionsInFlight)
    throw new BusinessManagerUnavailableError('Too many questions to the Business Manager are open.');
  return cache.load(key, ask);
}

function freshUntilMs(introspection: Introspection, askedAtMs: number): number {
  if (!introspection.active || introspection.node === null) return askedAtMs + limits.refusalCacheMs;
  return Math.min(askedAtMs + limits.tokenCacheMs, introspection.expiresAtMs ?? Infinity);
}
