import type { LocalSettingsPatch } from '#contract/local';

type Parsed = { readonly patch: LocalSettingsPatch } | { readonly problem: string };

/** A port from what was typed; 5000 is AirPlay's on macOS and would work on one machine and fail on the next. */
export const parsePort = (text: string): Parsed => {
  const typed = text.trim();
  const port = /^\d{1,5}$/u.test(typed) ? Number(typed) : 0;
  if (port < 1 || port > 65_535) return { problem: 'A port is a number from 1 to 65535.' };
  if (port === 5000) return { problem: 'On macOS AirPlay sits on 5000. Take another one.' };
  return { patch: { port } };
};

/** An http or https URL; empty for none. */
export const parseWebhook = (text: string): Parsed => {
  const typed = text.trim();
  if (typed === '') return { patch: { webhookUrl: null } };
  if (!/^https?:\/\//u.test(typed) || !URL.canParse(typed)) {
    return { problem: 'Type a URL that begins with http:// or https://.' };
  }
  if (typed.length > 2048) return { problem: 'A URL has at most 2048 characters.' };
  return { patch: { webhookUrl: typed } };
};

export const limitUnits = ['MB', 'GB', 'TB'] as const;
export type LimitUnit = (typeof limitUnits)[number];
const unitBytes: Readonly<Record<LimitUnit, number>> = {
  MB: 1_000_000,
  GB: 1_000_000_000,
  TB: 1_000_000_000_000,
};

const leastBytes = 1024 * 1024;

/** A limit in bytes from "20" and "GB"; a comma is taken as a point. */
export const parseLimit = (text: string, unit: LimitUnit): Parsed => {
  const typed = text.trim().replace(',', '.');
  const bytes = /^\d+(\.\d+)?$/u.test(typed) ? Math.round(Number(typed) * unitBytes[unit]) : 0;
  if (bytes < leastBytes || !Number.isSafeInteger(bytes)) {
    return { problem: 'Type a number, of at least 2 MB altogether.' };
  }
  return { patch: { limitBytes: bytes } };
};

/** The number and unit in which a limit is best read; 20 GB to begin with. */
export const splitLimit = (
  limitBytes: number | null,
): { readonly number: string; readonly unit: LimitUnit } => {
  if (limitBytes === null) return { number: '20', unit: 'GB' };
  const unit = limitUnits.findLast((one) => limitBytes >= unitBytes[one]) ?? 'MB';
  return { number: String(Number((limitBytes / unitBytes[unit]).toFixed(3))), unit };
};
