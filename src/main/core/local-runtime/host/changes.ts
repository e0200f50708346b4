import type { RuntimeSettings } from '../settings';

/** What the process is told when it starts; everything else is applied while it runs. */
const restartFields = [
  'port',
  'reach',
  'tls',
  'hostNames',
  'readOnly',
  'canDelete',
  'webhookUrl',
] as const satisfies readonly (keyof RuntimeSettings)[];

export function needsRestart(before: RuntimeSettings, next: RuntimeSettings): boolean {
  return restartFields.some((field) => isChanged(before, next, field));
}

/** The fields of `next` that are new. */
export function pickChanged(
  before: RuntimeSettings,
  next: RuntimeSettings,
): Partial<RuntimeSettings> {
  const fields = Object.keys(next) as (keyof RuntimeSettings)[];
  const changed = fields.filter((field) => isChanged(before, next, field));
  return Object.fromEntries(changed.map((field) => [field, next[field]]));
}

const isChanged = (
  before: RuntimeSettings,
  next: RuntimeSettings,
  field: keyof RuntimeSettings,
): boolean => JSON.stringify(before[field]) !== JSON.stringify(next[field]);
