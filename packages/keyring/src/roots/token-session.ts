import type { Handle, PKCS11 } from 'pkcs11js';
import { KeyringLockedError } from '../errors.ts';
import type { Pkcs11, TokenLibrary } from './token-library.ts';

/** CKS_RW_USER_FUNCTIONS: the session may write, and its user is logged in. pkcs11js does not name it. */
const userMayWrite = 3;

/** Which token, and what opens it. */
export interface TokenAccess {
  readonly tokenLabel: string;
  readonly pin: string;
}

/** A session with a token that is logged in whenever it is used. */
export class TokenSession {
  readonly #library: TokenLibrary;
  readonly #access: TokenAccess;
  #handle: Handle | null = null;
  #isPinRefused = false;

  constructor(library: TokenLibrary, access: TokenAccess) {
    this.#library = library;
    this.#access = access;
  }

  /**
   * Works on the token, in a session that is logged in: without that, private objects are not refused but invisible.
   * @throws KeyringLockedError when the token is not there, refuses the PIN, or fails
   */
  run<T>(work: (module: PKCS11, session: Handle, pkcs11: Pkcs11) => T): T {
    const { module, pkcs11 } = this.#library;
    const { tokenLabel } = this.#access;
    try {
      return work(module, this.#loggedIn(), pkcs11);
    } catch (cause) {
      if (!(cause instanceof pkcs11.NativeError)) throw cause;
      throw new KeyringLockedError(`the token "${tokenLabel}" failed: ${cause.message}`, { cause });
    }
  }

  /** Ends this session only. With its last session with a token, an application is logged out of it. */
  close(): void {
    if (this.#handle) this.#forget(this.#handle);
    this.#library.release();
  }

  #loggedIn(): Handle {
    if (this.#handle && this.#isUsable(this.#handle)) return this.#handle;
    if (this.#handle) this.#forget(this.#handle);
    const { module, pkcs11 } = this.#library;
    const session = module.C_OpenSession(this.#findSlot(), pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
    this.#handle = session;
    this.#logIn(session);
    return session;
  }

  /** False as well for a session that a token which was away for a moment knows no more. */
  #isUsable(session: Handle): boolean {
    const { module, pkcs11 } = this.#library;
    try {
      return module.C_GetSessionInfo(session).state === userMayWrite;
    } catch (error) {
      if (error instanceof pkcs11.Pkcs11Error) return false;
      throw error;
    }
  }

  #logIn(session: Handle): void {
    const { module, pkcs11 } = this.#library;
    const { tokenLabel, pin } = this.#access;
    // A token locks itself after a few wrong PINs: one that was refused is not tried again.
    if (this.#isPinRefused) throw new KeyringLockedError(`the token "${tokenLabel}" refused the PIN`);
    try {
      module.C_Login(session, pkcs11.CKU_USER, pin);
    } catch (cause) {
      const code = cause instanceof pkcs11.Pkcs11Error ? cause.code : null;
      if (code === pkcs11.CKR_USER_ALREADY_LOGGED_IN) return;
      if (code !== pkcs11.CKR_PIN_INCORRECT) throw cause;
      this.#isPinRefused = true;
      throw new KeyringLockedError(`the token "${tokenLabel}" refused the PIN`, { cause });
    }
  }

  #findSlot(): Handle {
    const { module, pkcs11 } = this.#library;
    const { tokenLabel } = this.#access;
    const slots = module.C_GetSlotList(true).filter((slot) => {
      const { label, flags } = module.C_GetTokenInfo(slot);
      return (flags & pkcs11.CKF_TOKEN_INITIALIZED) !== 0 && label.trimEnd() === tokenLabel;
    });
    const [slot] = slots;
    if (!slot) throw new KeyringLockedError(`there is no PKCS#11 token with the label "${tokenLabel}"`);
    if (slots.length > 1)
      throw new KeyringLockedError(`${slots.length} PKCS#11 tokens have the label "${tokenLabel}"; give each its own`);
    return slot;
  }

  #forget(session: Handle): void {
    const { module, pkcs11 } = this.#library;
    this.#handle = null;
    try {
      module.C_CloseSession(session);
    } catch (error) {
      // It ended by itself.
      if (!(error instanceof pkcs11.Pkcs11Error)) throw error;
    }
  }
}
