import { z } from 'zod';
import { call, stream } from './channel';

/** Something the user should know about this run: no keychain, a settings file that was damaged … */
export type Notice = {
  readonly id: string;
  readonly level: 'info' | 'warning';
  readonly title: string;
  readonly message: string;
};

export type AppView = {
  readonly version: string;
  readonly electronVersion: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Plain words on where credentials are kept: "the OS keychain". */
  readonly credentialsKeptIn: string;
};

export type PickedFile = {
  readonly file: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Certificates found in the file: their subjects. Empty for a key. */
  readonly subjects: readonly string[];
};

export const appChannels = {
  'app:view': call<AppView>().with(z.strictObject({})),
  'app:notices': stream<readonly Notice[], null>().with(z.strictObject({})),
  'app:dismiss-notice': call<null>().with(z.strictObject({ noticeId: z.string().max(64) })),
  'app:copy-text': call<null>().with(z.strictObject({ text: z.string().max(4 * 1024 * 1024) })),
  /** Opens a web page in the system's browser; https only, and main asks first where the host is not known. */
  'app:open-link': call<null>().with(
    z.strictObject({ url: z.url({ protocol: /^https$/u }).max(2048) }),
  ),
  /** Lets the user choose a PEM file; null when the dialog was closed. The text stays in main. */
  'app:pick-file': call<PickedFile | null>().with(
    z.strictObject({ purpose: z.enum(['ca', 'client-certificate', 'client-key']) }),
  ),
};
