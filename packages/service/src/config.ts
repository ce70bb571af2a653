import { readFileSync } from 'node:fs';
import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';

/** A setting is missing or wrong; the message says which, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigSource {
  /** Prefix of the environment variables: `POSTERN_TRANSPORT_` reads `databaseUrl` from `POSTERN_TRANSPORT_DATABASE_URL`. */
  prefix: string;
  env: Readonly<Record<string, string | undefined>>;
  /** A JSON file with the same settings; the environment wins. */
  file?: string | undefined;
}

function environmentName(prefix: string, setting: string): string {
  return prefix + setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function readFile(file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(`Cannot read the config file ${file}: ${(error as Error).message}`);
  }
  throw new ConfigError(`The config file ${file} must hold one JSON object.`);
}

/**
 * Reads a system's settings from a file and the environment and checks them against their schema.
 * @throws ConfigError that names the first wrong setting and where to set it
 */
export function readConfig<Schema extends TObject>(schema: Schema, source: ConfigSource): Static<Schema> {
  const settings: Record<string, unknown> = source.file === undefined ? {} : readFile(source.file);
  for (const name of Object.keys(schema.properties)) {
    const value = source.env[environmentName(source.prefix, name)];
    if (value !== undefined) settings[name] = value;
  }
  const config = Value.Default(schema, Value.Convert(schema, settings));
  if (Value.Check(schema, config)) return config;
  const [wrong] = Value.Errors(schema, config);
  const missing = wrong?.params as { requiredProperties?: string[] } | undefined;
  const name = missing?.requiredProperties?.[0] ?? wrong?.instancePath.slice(1).split('/')[0] ?? '';
  throw new ConfigError(
    `The setting ${name} ${missing?.requiredProperties ? 'is missing' : (wrong?.message ?? 'is wrong')}. ` +
      `Set ${environmentName(source.prefix, name)}, or "${name}" in the config file.`,
  );
}

/**
 * Insists that no two of these tokens are the same: whoever has one must not have what another opens.
 * @throws ConfigError that names two settings
 */
export function checkTokensDiffer(tokens: Readonly<Record<string, string | undefined>>): void {
  const names = Object.keys(tokens).filter((name) => tokens[name] !== undefined && tokens[name] !== '');
  for (const [index, name] of names.entries()) {
    const twin = names.slice(0, index).find((other) => tokens[other] === tokens[name]);
    if (twin !== undefined) throw new ConfigError(`The settings ${twin} and ${name} must differ.`);
  }
}
