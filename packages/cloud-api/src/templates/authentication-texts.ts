/** What an authentication template says: nobody but us writes it (contract section 5.5). */
export interface AuthenticationTexts {
  readonly code: string;
  readonly security: string;
  /** For one minute, and for `{n}` of them. */
  readonly expires: readonly [one: string, many: string];
  readonly copyCode: string;
  readonly autofill: string;
}

const english: AuthenticationTexts = {
  code: '*{{1}}* is your verification code.',
  security: 'For your security, do not share this code.',
  expires: ['This code expires in 1 minute.', 'This code expires in {n} minutes.'],
  copyCode: 'Copy code',
  autofill: 'Autofill',
};

/** By the code of a language, or by what stands before its `_`. */
const texts: Readonly<Record<string, AuthenticationTexts>> = {
  en: english,
  da: {
    code: '*{{1}}* er din bekræftelseskode.',
    security: 'Del ikke denne kode, af hensyn til din sikkerhed.',
    expires: ['Denne kode udløber om 1 minut.', 'Denne kode udløber om {n} minutter.'],
    copyCode: 'Kopiér kode',
    autofill: 'Udfyld automatisk',
  },
  de: {
    code: '*{{1}}* ist dein Bestätigungscode.',
    security: 'Gib diesen Code zu deiner Sicherheit nicht weiter.',
    expires: ['Dieser Code läuft in 1 Minute ab.', 'Dieser Code läuft in {n} Minuten ab.'],
    copyCode: 'Code kopieren',
    autofill: 'Automatisch ausfüllen',
  },
  es: {
    code: '*{{1}}* es tu código de verificación.',
    security: 'Por tu seguridad, no compartas este código.',
    expires: ['Este código caduca en 1 minuto.', 'Este código caduca en {n} minutos.'],
    copyCode: 'Copiar código',
    autofill: 'Autocompletar',
  },
  fr: {
    code: '*{{1}}* est votre code de vérification.',
    security: 'Pour votre sécurité, ne partagez pas ce code.',
    expires: ['Ce code expire dans 1 minute.', 'Ce code expire dans {n} minutes.'],
    copyCode: 'Copier le code',
    autofill: 'Remplir automatiquement',
  },
  id: {
    code: '*{{1}}* adalah kode verifikasi Anda.',
    security: 'Demi keamanan Anda, jangan bagikan kode ini.',
    expires: ['Kode ini kedaluwarsa dalam 1 menit.', 'Kode ini kedaluwarsa dalam {n} menit.'],
    copyCode: 'Salin kode',
    autofill: 'Isi otomatis',
  },
  it: {
    code: '*{{1}}* è il tuo codice di verifica.',
    security: 'Per la tua sicurezza, non condividere questo codice.',
    expires: ['Questo codice scade tra 1 minuto.', 'Questo codice scade tra {n} minuti.'],
    copyCode: 'Copia codice',
    autofill: 'Compila',
  },
  nl: {
    code: '*{{1}}* is je verificatiecode.',
    security: 'Deel deze code voor je eigen veiligheid met niemand.',
    expires: ['Deze code verloopt over 1 minuut.', 'Deze code verloopt over {n} minuten.'],
    copyCode: 'Code kopiëren',
    autofill: 'Automatisch invullen',
  },
  pl: {
    code: '*{{1}}* to Twój kod weryfikacyjny.',
    security: 'Ze względów bezpieczeństwa nie udostępniaj tego kodu.',
    expires: ['Ten kod wygaśnie za 1 min.', 'Ten kod wygaśnie za {n} min.'],
    copyCode: 'Kopiuj kod',
    autofill: 'Uzupełnij automatycznie',
  },
  pt_BR: {
    code: '*{{1}}* é seu código de verificação.',
    security: 'Para sua segurança, não compartilhe este código.',
    expires: ['Este código expira em 1 minuto.', 'Este código expira em {n} minutos.'],
    copyCode: 'Copiar código',
    autofill: 'Preencher',
  },
  pt_PT: {
    code: '*{{1}}* é o seu código de verificação.',
    security: 'Para sua segurança, não partilhe este código.',
    expires: ['Este código expira dentro de 1 minuto.', 'Este código expira dentro de {n} minutos.'],
    copyCode: 'Copiar código',
    autofill: 'Preencher',
  },
  sv: {
    code: '*{{1}}* är din verifieringskod.',
    security: 'Dela inte den här koden, för din egen säkerhets skull.',
    expires: ['Den här koden går ut om 1 minut.', 'Den här koden går ut om {n} minuter.'],
    copyCode: 'Kopiera kod',
    autofill: 'Fyll i automatiskt',
  },
  tr: {
    code: '*{{1}}* doğrulama kodunuz.',
    security: 'Güvenliğiniz için bu kodu paylaşmayın.',
    expires: ['Bu kodun süresi 1 dakika içinde dolacak.', 'Bu kodun süresi {n} dakika içinde dolacak.'],
    copyCode: 'Kodu kopyala',
    autofill: 'Otomatik doldur',
  },
};

/** The languages that authentication templates speak; in any other one they speak English. */
export const authenticationLanguages: readonly string[] = Object.keys(texts);

/** What an authentication template of this language says. */
export function authenticationTexts(language: string): AuthenticationTexts {
  return texts[language] ?? texts[language.split('_')[0] ?? ''] ?? english;
}

/** The body of such a template. */
export function authenticationBody(language: string, { hasWarning }: { hasWarning: boolean }): string {
  const { code, security } = authenticationTexts(language);
  return hasWarning ? `${code} ${security}` : code;
}

/** Its footer: for how many minutes the code is good. */
export function expirationText(language: string, minutes: number): string {
  const [one, many] = authenticationTexts(language).expires;
  return minutes === 1 ? one : many.replace('{n}', String(minutes));
}
