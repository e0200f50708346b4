import type { Settings } from './schema';

/** Something that happened while the settings were opened and that the user should read. */
export type SettingsNotice = { readonly title: string; readonly message: string };

/** The settings of one profile, in memory and on disk. */
export interface SettingsStore {
  /** The current settings. The object never changes; an update makes a new one. */
  current(): Settings;
  /**
   * Replaces the settings by what `change` returns, tells the subscribers and writes the file a moment later.
   * Return `{...settings, …}` so that unknown fields stay. Throws a `SettingsError` when the result breaks the schema.
   */
  update(change: (settings: Settings) => Settings): Settings;
  /** Calls back after each update; returns the function that ends the subscription. */
  onChange(listener: (settings: Settings, previous: Settings) => void): () => void;
  /** Writes what is not written yet. Throws a `SettingsError` when the disk refuses. */
  flush(): Promise<void>;
  /** Calls back when a write fails that followed a good one; returns the function that ends the subscription. */
  onFailedWrite(listener: (notice: SettingsNotice) => void): () => void;
  /** What went wrong with the file, if anything did: at opening, and the last failed background write. */
  notices(): readonly SettingsNotice[];
  close(): Promise<void>;
}

/** Where the settings live. The text is JSON. */
export interface SettingsFile {
  readonly path: string;
  /** The raw text; undefined where there is no file yet. */
  read(): Promise<string | undefined>;
  /** Replaces the file as a whole: after a kill at any moment it holds either the old text or the new one. */
  write(text: string): Promise<void>;
  /** Copies the file to `settings.<label>-<time>.json` beside it; returns that path. */
  keepAside(label: string): Promise<string>;
}

/** The settings could not be changed or written. The message is a plain sentence. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
