/** What is kept between runs. The section of the settings file may hold more; only these are read and written here. */
export type RuntimeSettings = {
  /** From 1 to 65535. */
  readonly port: number;
  /** `network` listens on every address of this machine, and needs a user and TLS. */
  readonly reach: 'this-computer' | 'network';
  readonly tls: boolean;
  /** Names for the certificate, besides those that every machine has. */
  readonly hostNames: readonly string[];
  readonly readOnly: boolean;
  readonly canDelete: boolean;
  readonly startsWithApp: boolean;
  readonly staysInTray: boolean;
  readonly webhookUrl: string | null;
  readonly logLevel: LogLevel;
  /** Null: as much as the disk has. */
  readonly limitBytes: number | null;
  /** The storage folder; null: the one in the profile. */
  readonly folder: string | null;
};

/** A change of settings. The folder has a way of its own, because content may have to move. */
export type RuntimePatch = {
  readonly [Field in Exclude<keyof RuntimeSettings, 'folder'>]?: RuntimeSettings[Field] | undefined;
};

export type LogLevel = 'info' | 'warn' | 'error';
