import { z } from 'zod';
import { migrateSettings } from './migrations';
import {
  defaultSettings,
  savedRegistryDefaults,
  savedRegistrySchema,
  settingsSchema,
  settingsSections,
  settingsVersion,
} from './schema';
import type { Settings } from './schema';

/**
 * What was wrong with the text.
 * - `unreadable`: not JSON, or not settings at all; everything is at its default.
 * - `newer`: written by a newer release; everything is at its default.
 * - `partly`: the named parts were reset, the rest was kept.
 */
export type SettingsProblem =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'partly'; readonly parts: readonly string[] };

export type ReadSettings = { readonly settings: Settings; readonly problem?: SettingsProblem };

type Document = Readonly<Record<string, unknown>>;

const documentSchema = z.record(z.string(), z.unknown());
const versionSchema = z.number().int().min(1);

/** Reads the text of a settings file. Never throws: damage costs as little as possible and is told. */
export function readSettings(text: string): ReadSettings {
  const unreadable: ReadSettings = { settings: defaultSettings, problem: { kind: 'unreadable' } };
  const document = documentSchema.safeParse(tryParseJson(text)).data;
  const version = versionSchema.safeParse(document?.['version']).data;
  if (document === undefined || version === undefined) return unreadable;
  if (version > settingsVersion) {
    return { settings: defaultSettings, problem: { kind: 'newer', version } };
  }
  try {
    return readSections(migrateSettings(document, version));
  } catch {
    return unreadable;
  }
}

function tryParseJson(text: string): unknown {
  try {
    // A byte order mark, left by some editors, is not part of JSON.
    return JSON.parse(text.replace(/^\uFEFF/u, ''));
  } catch {
    return undefined;
  }
}

/** Section by section, so that one wrong number in the layout does not cost the list of registries. */
function readSections(document: Document): ReadSettings {
  const parts: string[] = [];
  const sections = {
    theme: readSection('theme', document, parts),
    pullEngine: readSection('pullEngine', document, parts),
    bounds: readSection('bounds', document, parts),
    layout: readSection('layout', document, parts),
    selection: readSection('selection', document, parts),
    protectedTags: readSection('protectedTags', document, parts),
    localRegistry: readSection('localRegistry', document, parts),
    registries: readRegistries(document['registries'], parts),
  } satisfies Record<keyof typeof settingsSections, unknown>;
  const settings = settingsSchema.parse({ ...document, version: settingsVersion, ...sections });
  return parts.length === 0 ? { settings } : { settings, problem: { kind: 'partly', parts } };
}

const sectionNames = {
  theme: 'theme',
  pullEngine: 'pull command',
  bounds: 'window position',
  layout: 'layout',
  selection: 'selection',
  protectedTags: 'protected tags',
  localRegistry: 'local registry',
};

function readSection(
  name: keyof typeof sectionNames,
  document: Document,
  parts: string[],
): unknown {
  const fallback: unknown = defaultSettings[name];
  const value = document[name];
  if (value === undefined) return fallback;
  const result = settingsSections[name].safeParse(withDefaults(fallback, value));
  if (result.success) return result.data;
  parts.push(sectionNames[name]);
  return fallback;
}

function readRegistries(value: unknown, parts: string[]): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    parts.push('list of registries');
    return [];
  }
  const ids = new Set<string>();
  const registries = value.flatMap((item: unknown) => {
    const registry = savedRegistrySchema.safeParse(withDefaults(savedRegistryDefaults, item)).data;
    if (registry === undefined || ids.has(registry.id)) return [];
    ids.add(registry.id);
    return [registry];
  });
  const lost = value.length - registries.length;
  if (lost > 0) parts.push(lost === 1 ? '1 registry' : `${lost} registries`);
  return registries;
}

/** Fields that an older release did not know yet start at their default. */
function withDefaults(defaults: unknown, value: unknown): unknown {
  const isPlain = (candidate: unknown): candidate is object =>
    typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
  return isPlain(defaults) && isPlain(value) ? { ...defaults, ...value } : value;
}
