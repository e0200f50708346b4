import { z } from 'zod';

/** What is kept of the local registry between runs. Its users and certificates lie beside its storage folder. */
export const localRegistrySchema = z.looseObject({
  /** Never 0: an address that changes at each start is of no use in a reference. */
  port: z.number().int().min(1).max(65_535),
  /** `network` listens on every address of this machine. */
  reach: z.enum(['this-computer', 'network']),
  tls: z.boolean(),
  /** Names for the certificate, besides those that every machine has. */
  hostNames: z.array(z.string().min(1).max(253)).max(32),
  readOnly: z.boolean(),
  canDelete: z.boolean(),
  startsWithApp: z.boolean(),
  /** It goes on, with an icon in the tray, when the window is closed. */
  staysInTray: z.boolean(),
  webhookUrl: z.string().max(2048).nullable(),
  logLevel: z.enum(['info', 'warn', 'error']),
  /** Null: as much as the disk has. */
  limitBytes: z.number().int().min(0).nullable(),
  /** The storage folder; null: the one in the profile. */
  folder: z.string().min(1).max(4096).nullable(),
  /** The window changes nothing in it: the mark that every registry can have. */
  isMarked: z.boolean(),
  markedRepositories: z.array(z.string().min(1).max(512)).max(100_000),
});

/** 5055: 5000 is AirPlay's on macOS (trap 47). */
export const defaultLocalRegistry = {
  port: 5055,
  reach: 'this-computer',
  tls: false,
  hostNames: [],
  readOnly: false,
  canDelete: true,
  startsWithApp: true,
  staysInTray: false,
  webhookUrl: null,
  logLevel: 'info',
  limitBytes: null,
  folder: null,
  isMarked: false,
  markedRepositories: [],
} as const satisfies z.infer<typeof localRegistrySchema>;
