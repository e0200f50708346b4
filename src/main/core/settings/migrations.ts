import { settingsVersion } from './schema';

type Document = Readonly<Record<string, unknown>>;

/** One step from a version to the next. It gets whatever was in the file and must not trust its shape. */
export type SettingsMigration = {
  /** The version it starts from; the result is of version `from + 1`. */
  readonly from: number;
  readonly migrate: (document: Document) => Document;
};

/** Every step from version 1 to the current one, in order. Each has a test with a file of its `from` version. */
export const settingsMigrations: readonly SettingsMigration[] = [];

/** Brings a document of an older version up to date. Throws when there is no way from its version. */
export function migrateSettings(
  document: Document,
  version: number,
  migrations: readonly SettingsMigration[] = settingsMigrations,
  target: number = settingsVersion,
): Document {
  let migrated = document;
  for (let from = version; from < target; from += 1) {
    const step = migrations.find((candidate) => candidate.from === from);
    if (step === undefined) throw new RangeError(`No migration starts from version ${from}`);
    migrated = { ...step.migrate(migrated), version: from + 1 };
  }
  return migrated;
}
