/**
 * What every log line passes before it is written. Secrets, tokens, phone numbers and message ids (a wamid
 * carries the phone number) become marks. Content never reaches a log call; this is the second wall, not the first.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  [/wamid\.[A-Za-z0-9+/=_-]+/g, '[wamid]'],
  [/\b(Bearer|OAuth)\s+[^\s"\\]+/gi, '$1 [token]'],
  [
    /\b(access_token|input_token|client_secret|appsecret_proof|verify_token|hub\.verify_token)=[^&\s"\\]+/gi,
    '$1=[secret]',
  ],
  [/\bEAA[A-Za-z0-9_-]{16,}/g, '[token]'],
  [/\b(postgres(?:ql)?:\/\/[^:/@\s]+):[^@\s]+@/g, '$1:[secret]@'],
];

// Spaces and brackets may stand between the digits of a phone number; E.164 allows 7 to 15 of them.
const digitRun = /(?<![A-Za-z0-9-])\+?[0-9][0-9 ()]{5,24}[0-9](?![A-Za-z0-9-])/g;

function markPhoneNumber(run: string): string {
  const digits = run.replace(/[^0-9]/g, '').length;
  return digits >= 7 && digits <= 15 ? '[number]' : run;
}

/** Returns the line with everything that looks like a secret or a phone number replaced by a mark. */
export function redact(line: string): string {
  return rules.reduce((text, [pattern, mark]) => text.replace(pattern, mark), line).replace(digitRun, markPhoneNumber);
}
