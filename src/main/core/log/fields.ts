/**
 * The closed list of what may appear in the log. A field that is not named here is dropped, so that a secret can only
 * be logged by adding its name to this list.
 */
const fieldKinds = {
  host: 'text',
  origin: 'url',
  method: 'text',
  url: 'url',
  status: 'number',
  durationMs: 'number',
  waitMs: 'number',
  sizeBytes: 'number',
  count: 'number',
  attempt: 'number',
  exitCode: 'number',
  step: 'text',
  code: 'text',
  ociCode: 'text',
  reason: 'text',
  error: 'error',
  registryId: 'text',
  repository: 'text',
  tag: 'text',
  digest: 'text',
  mediaType: 'text',
  vendor: 'text',
  taskId: 'text',
  channel: 'text',
  kind: 'text',
  store: 'text',
  path: 'text',
  version: 'text',
  platform: 'text',
  signal: 'text',
  enabled: 'boolean',
} as const satisfies Record<string, FieldKind>;

export type FieldKind = 'text' | 'url' | 'number' | 'boolean' | 'error';

type FieldValue = {
  text: string;
  url: string | URL;
  number: number;
  boolean: boolean;
  error: unknown;
};

/** Facts of a log line. `undefined` values are left out. */
export type LogFields = {
  readonly [Name in keyof typeof fieldKinds]?: FieldValue[(typeof fieldKinds)[Name]] | undefined;
};

/** How a field is to be printed; undefined for a name that is not on the list. */
export function fieldKind(name: string): FieldKind | undefined {
  return Object.hasOwn(fieldKinds, name) ? fieldKinds[name as keyof typeof fieldKinds] : undefined;
}
