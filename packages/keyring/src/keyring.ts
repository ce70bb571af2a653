import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { limits, type Clock } from '@postern/protocol';
import { KeyMissingError, KeyringLockedError, KeyringPolicyError, TimeKeyOverError } from './errors.ts';
import type { Generation } from './key-contents.ts';
import { KeysFolder } from './keys-folder.ts';
import { Marks } from './marks.ts';
import { openRootStore } from './roots/open-root-store.ts';
import type { RootBackend, RootSettings, RootStore } from './roots/root-store.ts';
import { labelOf, parseLabel, slotMsOf, timeKeyEndsMs, type TimeKeyName } from './time-key.ts';
import { TrustedClock, type ClockState, type TrustedClockOptions } from './trusted-clock.ts';

/** A shard of subjects at one version. */
export interface ShardKeyName {
  readonly shard: number;
  readonly version: number;
}

/** Something an operator has to know at once. */
export interface KeyringAlarm {
  readonly kind: 'clock-suspect' | 'keyring-unreadable';
  readonly message: string;
}

export interface KeyringOptions extends Pick<
  TrustedClockOptions,
  'announcedMs' | 'uptimeMs' | 'bootId' | 'acceptAtMs'
> {
  /** Made when it is missing; nobody else may look into it. */
  readonly folder: string;
  readonly root: RootSettings;
  /** Runs work while no other process does; frees the lock when this process dies. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  /** How old copies of the keyring together with its root may be. 0 when the root is never copied. */
  readonly maxBackupAgeHours: number;
  readonly maxRetentionHours: number;
  readonly onAlarm?: (alarm: KeyringAlarm) => void;
  /** Told before keys are made or destroyed and before the root is replaced; when it throws, nothing is changed. */
  readonly beforeChange?: (change: KeyringChange) => Promise<void>;
}

/** What is about to change. Keys are named `time/<label>`, `number/<id>`, `shard/<shard>/<version>`. */
export interface KeyringChange {
  readonly created: readonly string[];
  readonly destroyed: readonly string[];
  /** The new generation when the root is replaced. */
  readonly generation: number | null;
}

/** What an upkeep did. */
export interface Upkeep {
  readonly destroyed: readonly TimeKeyName[];
  readonly generation: number;
  readonly ratcheted: boolean;
}

/** The state of a keyring, without a secret in it. */
export interface KeyringDescription {
  readonly backend: RootBackend;
  readonly generation: number;
  /** Unix milliseconds. */
  readonly rootMadeAtMs: number;
  readonly timeKeys: number;
  readonly oldestTimeKey: TimeKeyName | null;
  readonly numberKeys: number;
  readonly shardKeys: number;
  readonly clock: ClockState;
}

/** Whether a change is written, and whether old copies of the file must stop opening. */
type Effect = 'none' | 'add' | 'destroy';

/**
 * The keys that everything stored is sealed with, in a file outside the database, under a root key that is replaced
 * every hour and whenever a key is destroyed: then no older copy of the file opens any more. Several processes may share
 * a keyring; they change it one at a time.
 */
export class Keyring {
  readonly clock: TrustedClock;
  readonly #options: KeyringOptions;
  readonly #roots: RootStore;
  readonly #folder: KeysFolder;
  readonly #marks: Marks;
  readonly #reread: NodeJS.Timeout;
  #current: Generation;
  #stamp = '';
  #changes: Promise<unknown> = Promise.resolve();
  #isUnreadable = false;

  private constructor(
    options: KeyringOptions,
    {
      roots,
      folder,
      clock,
      current,
    }: { roots: RootStore; folder: KeysFolder; clock: TrustedClock; current: Generation },
  ) {
    this.#options = options;
    this.#roots = roots;
    this.#folder = folder;
    this.clock = clock;
    this.#current = current;
    this.#marks = new Marks(join(options.folder, 'marks'));
    this.#reread = setInterval(() => this.#look(), limits.keyringRereadMs).unref();
  }

  /**
   * Opens a keyring, or makes it when its folder is empty. What a crash left half done is finished.
   * @throws KeyringLockedError, and then nothing was changed
   * @throws KeyringPolicyError when retention and the age of backups exceed 30 days
   */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const { maxRetentionHours, clock: machine, onAlarm } = options;
    checkPolicy(options);
    const roots = await openRootStore(options.root, options.folder);
    try {
      const folder = new KeysFolder(options.folder, roots);
      const clock = new TrustedClock({
        ...options,
        machine,
        file: join(options.folder, 'clock'),
        onAlarm: (message) => onAlarm?.({ kind: 'clock-suspect', message }),
      });
      const current = await options.exclusively(() =>
        Promise.resolve(openLatest({ roots, folder, clock, maxRetentionHours })),
      );
      if (current.contents.maxRetentionHours !== maxRetentionHours)
        throw new KeyringPolicyError(
          `the keyring was made for messages kept for ${current.contents.maxRetentionHours} h; that cannot be changed to ${maxRetentionHours} h`,
        );
      return new Keyring(options, { roots, folder, clock, current });
    } catch (error) {
      roots.close();
      throw error;
    }
  }

  /**
   * The key that seals at this time; made when it is the first of its slot.
   * @throws TimeKeyOverError | ClockSuspectError
   */
  timeKey(name: TimeKeyName): KeyObject | Promise<KeyObject> {
    const nowMs = this.clock.now();
    if (nowMs >= timeKeyEndsMs(name) || name.slot * slotMsOf(name.retentionHours) > nowMs + limits.hourMs)
      throw new TimeKeyOverError(`the time of the key ${labelOf(name)} is over, or has not come`);
    return this.#find(`time/${labelOf(name)}`) ?? this.#create(`time/${labelOf(name)}`);
  }

  /** The key of what was sealed at some time; null from its end on, even when it has not been destroyed yet. */
  findTimeKey(name: TimeKeyName): KeyObject | null {
    if (this.clock.now() >= timeKeyEndsMs(name)) return null;
    return this.#find(`time/${labelOf(name)}`);
  }

  /**
   * Makes a number's key, or gives the one it has: by what is on disk, since another process may have destroyed what this
   * one remembers. @throws ClockSuspectError
   */
  async createNumberKey(phoneNumberId: string): Promise<KeyObject> {
    return this.#create(`number/${phoneNumberId}`);
  }

  /** @throws KeyMissingError */
  numberKey(phoneNumberId: string): KeyObject {
    return this.#get(`number/${phoneNumberId}`);
  }

  async destroyNumberKeys(phoneNumberIds: readonly string[]): Promise<void> {
    await this.#destroy(phoneNumberIds.map((id) => `number/${id}`));
  }

  /** Makes a shard's key, or gives the one it has. @throws ClockSuspectError */
  async createShardKey(shard: number, version: number): Promise<KeyObject> {
    return this.#create(shardName({ shard, version }));
  }

  /** @throws KeyMissingError */
  shardKey(shard: number, version: number): KeyObject {
    return this.#get(shardName({ shard, version }));
  }

  async destroyShardKeys(names: readonly ShardKeyName[]): Promise<void> {
    await this.#destroy(names.map(shardName));
  }

  listShardKeys(): ShardKeyName[] {
    return this.#list('shard/').map((name) => {
      const [shard, version] = name.split('/').map(Number);
      return { shard: shard ?? 0, version: version ?? 0 };
    });
  }

  /**
   * Destroys the time keys whose end has come and replaces a root key of more than an hour; stores how far time has come.
   * Does nothing while the clock is suspect. To be called every half minute by one process.
   */
  async upkeep(): Promise<Upkeep> {
    this.clock.save();
    this.#look();
    if (this.clock.state.state === 'suspect' || (this.#listDue().length === 0 && !this.#isRootOld()))
      return { destroyed: [], generation: this.#current.number, ratcheted: false };
    return this.#change((keys) => {
      // The clock may have jumped while the lock was waited for.
      const isSuspect = this.clock.state.state === 'suspect';
      const due = isSuspect ? [] : this.#listDue();
      for (const name of due) keys.delete(`time/${labelOf(name)}`);
      const ratcheted = due.length > 0 || (!isSuspect && this.#isRootOld());
      return { effect: ratcheted ? 'destroy' : 'none', result: { destroyed: due, ratcheted } };
    }).then((done) => ({ ...done, generation: this.#current.number }));
  }

  /** Replaces the root key, so that no older copy of the keyring opens. */
  async ratchet(): Promise<void> {
    await this.#change(() => ({ effect: 'destroy', result: null }));
  }

  /** The longest retention of anything sealed with this keyring, 24 to 720. */
  get maxRetentionHours(): number {
    return this.#current.contents.maxRetentionHours;
  }

  /** Remembers how far something has come; never lowers it. */
  noteMark(name: string, value: number): void {
    this.#marks.note(name, value);
  }

  /** How far something had come by what any process noted; 0 when nothing was. */
  markOf(name: string): number {
    this.#marks.refresh(name);
    return this.#marks.get(name);
  }

  describe(): KeyringDescription {
    const { number: generation, contents } = this.#current;
    const timeKeys = this.#listTimeKeys().toSorted((a, b) => timeKeyEndsMs(a) - timeKeyEndsMs(b));
    return {
      backend: this.#roots.backend,
      generation,
      rootMadeAtMs: contents.rootMadeAtMs,
      timeKeys: timeKeys.length,
      oldestTimeKey: timeKeys[0] ?? null,
      numberKeys: this.#list('number/').length,
      shardKeys: this.#list('shard/').length,
      clock: this.clock.state,
    };
  }

  close(): void {
    clearInterval(this.#reread);
    this.clock.save();
    this.#roots.close();
  }

  #find(name: string): KeyObject | null {
    const known = this.#current.contents.keys.get(name);
    if (known) return known;
    // Another process may have made it since. Not to be able to look is not to know that there is none.
    this.#read();
    return this.#current.contents.keys.get(name) ?? null;
  }

  #get(name: string): KeyObject {
    const key = this.#find(name);
    if (!key) throw new KeyMissingError(`The keyring has no key ${name}.`);
    return key;
  }

  #create(name: string): Promise<KeyObject> {
    this.clock.checkWrites();
    return this.#change((keys) => {
      const made = keys.get(name);
      if (made) return { effect: 'none', result: made };
      const secret = randomBytes(32);
      const key = createSecretKey(secret);
      secret.fill(0);
      keys.set(name, key);
      return { effect: 'add', result: key };
    });
  }

  #destroy(names: readonly string[]): Promise<void> {
    return this.#change((keys) => {
      const gone = names.filter((name) => keys.delete(name));
      return { effect: gone.length > 0 ? 'destroy' : 'none', result: undefined };
    });
  }

  /** One change after the other: in this process by a chain, among processes by the lock. */
  #change<T>(edit: (keys: Map<string, KeyObject>) => { effect: Effect; result: T }): Promise<T> {
    const change = this.#changes.then(() =>
      this.#options.exclusively(async () => {
        this.#read();
        const keys = new Map(this.#current.contents.keys);
        const { effect, result } = edit(keys);
        if (effect !== 'none') await this.#options.beforeChange?.(this.#describeChange(keys, effect));
        if (effect === 'add') this.#write(keys);
        if (effect === 'destroy') this.#ratchetTo(keys);
        return result;
      }),
    );
    this.#changes = change.catch(() => undefined);
    return change;
  }

  #describeChange(keys: ReadonlyMap<string, KeyObject>, effect: Effect): KeyringChange {
    const { number, contents } = this.#current;
    return {
      created: [...keys.keys()].filter((name) => !contents.keys.has(name)),
      destroyed: [...contents.keys.keys()].filter((name) => !keys.has(name)),
      generation: effect === 'destroy' ? number + 1 : null,
    };
  }

  #write(keys: ReadonlyMap<string, KeyObject>): void {
    const { number, contents } = this.#current;
    const next = { number, contents: { ...contents, keys } };
    this.#folder.write(next);
    this.#take(next);
  }

  /** The new generation is whole on disk before the old root dies, so there is no moment at which neither opens. */
  #ratchetTo(keys: ReadonlyMap<string, KeyObject>): void {
    const next = {
      number: this.#current.number + 1,
      contents: { ...this.#current.contents, rootMadeAtMs: this.clock.believedMs, keys },
    };
    // crash point: ratchet.begin
    this.#roots.create(next.number);
    // crash point: ratchet.root-made
    this.#folder.write(next);
    // crash point: ratchet.keys-written
    destroyOtherRoots(this.#roots, next.number);
    // crash point: ratchet.root-destroyed
    destroyOtherFiles(this.#folder, next.number);
    // crash point: ratchet.done
    this.#take(next);
  }

  #take(next: Generation): void {
    this.#current = next;
    this.#stamp = this.#folder.stamp();
  }

  /** Takes over what another process wrote. @throws KeyringLockedError */
  #read(): void {
    const stamp = this.#folder.stamp();
    if (stamp === this.#stamp) return;
    const latest = this.#folder.findLatest(this.#current.contents.keys);
    if (!latest) throw new KeyringLockedError('the keys file of the keyring is gone');
    this.#current = latest;
    this.#stamp = stamp;
    this.#isUnreadable = false;
  }

  #look(): void {
    try {
      this.#read();
    } catch (error) {
      if (!this.#isUnreadable) this.#options.onAlarm?.({ kind: 'keyring-unreadable', message: String(error) });
      this.#isUnreadable = true;
    }
  }

  #isRootOld(): boolean {
    return this.clock.now() - this.#current.contents.rootMadeAtMs >= limits.rootMaxAgeMs;
  }

  #listDue(): TimeKeyName[] {
    const nowMs = this.clock.now();
    return this.#listTimeKeys().filter((name) => nowMs >= timeKeyEndsMs(name));
  }

  #listTimeKeys(): TimeKeyName[] {
    return this.#list('time/').map(parseLabel);
  }

  /** The names of one kind, without what they begin with. */
  #list(kind: string): string[] {
    return [...this.#current.contents.keys.keys()].flatMap((name) =>
      name.startsWith(kind) ? name.slice(kind.length) : [],
    );
  }
}

function shardName({ shard, version }: ShardKeyName): string {
  return `shard/${shard}/${version}`;
}

function checkPolicy({ maxRetentionHours, maxBackupAgeHours }: KeyringOptions): void {
  if (maxRetentionHours + maxBackupAgeHours > limits.maxRetentionHours)
    throw new KeyringPolicyError(
      `messages kept for ${maxRetentionHours} h and keyring backups of ${maxBackupAgeHours} h make more than 30 days (${limits.maxRetentionHours} h)`,
    );
}

interface KeyringParts {
  readonly roots: RootStore;
  readonly folder: KeysFolder;
  readonly clock: Clock;
  readonly maxRetentionHours: number;
}

/** The newest generation that opens, without what a crash left of others; a first one when there is nothing at all. */
function openLatest(parts: KeyringParts): Generation {
  const { roots, folder } = parts;
  const current = folder.findLatest(new Map()) ?? begin(parts);
  destroyOtherRoots(roots, current.number);
  destroyOtherFiles(folder, current.number);
  return current;
}

/** Of the generation before, and of any that a crash left. */
function destroyOtherRoots(roots: RootStore, kept: number): void {
  for (const generation of roots.listGenerations()) if (generation !== kept) roots.destroy(generation);
}

function destroyOtherFiles(folder: KeysFolder, kept: number): void {
  for (const generation of folder.list()) if (generation !== kept) folder.destroy(generation);
}

function begin({ roots, folder, clock, maxRetentionHours }: KeyringParts): Generation {
  // The root of a first start that did not come to its end; any other one belongs to keys that were here once.
  if (roots.listGenerations().some((generation) => generation !== 1))
    throw new KeyringLockedError('there is a root key, and the keys file that it opens is gone');
  const first = {
    number: 1,
    contents: { rootMadeAtMs: clock.now(), maxRetentionHours, keys: new Map<string, KeyObject>() },
  };
  roots.create(1);
  folder.write(first);
  return first;
}
