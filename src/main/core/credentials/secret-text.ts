import { z } from 'zod';
import type { StoredSecret } from './credential';

const secret = z.string().min(1);

const secretSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), username: z.string(), secret: z.string() }),
  z.object({
    kind: z.literal('identity-token'),
    username: z.string().exactOptional(),
    secret,
  }),
  z.object({ kind: z.literal('bearer'), secret }),
  z.object({ kind: z.literal('client-key'), secret, passphrase: z.string().exactOptional() }),
]);

/** A secret as the one text that keychains can hold: JSON. */
export function formatSecret(value: StoredSecret): string {
  return JSON.stringify(value);
}

/** Undefined for text that is not a secret of ours. */
export function tryParseSecret(text: string): StoredSecret | undefined {
  try {
    return tryReadSecret(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The same for JSON that is parsed already. */
export function tryReadSecret(value: unknown): StoredSecret | undefined {
  return secretSchema.safeParse(value).data;
}
