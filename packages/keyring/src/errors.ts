/** A key that must be there is not: it was destroyed, or the keyring was lost or is another installation's. */
export class KeyMissingError extends Error {
  override readonly name = 'KeyMissingError';
  readonly retryable = false;
}

/** Something is to be sealed for a time that has passed, or has not come. */
export class TimeKeyOverError extends Error {
  override readonly name = 'TimeKeyOverError';
  readonly retryable = false;
}

/** The machine's clock has jumped forward. Nothing is sealed or destroyed until it is good again or was accepted. */
export class ClockSuspectError extends Error {
  override readonly name = 'ClockSuspectError';
  readonly retryable = true;
}

/** The keyring does not open: no root key of its generation, a wrong passphrase or PIN, damage. Nothing was changed. */
export class KeyringLockedError extends Error {
  override readonly name = 'KeyringLockedError';
  readonly retryable = false;
}

/** What is configured would keep data openable for more than 30 days. */
export class KeyringPolicyError extends Error {
  override readonly name = 'KeyringPolicyError';
  readonly retryable = false;
}
