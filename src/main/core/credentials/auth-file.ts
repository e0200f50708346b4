import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { StoredCredential } from './credential';

/** Docker's own file is a few kilobytes; a megabyte has room for thousands of logins. */
const maxFileBytes = 1024 * 1024;

/** Docker's user name for "the secret is an identity token" (docker-credential-helpers README). */
export const identityTokenUsername = '<token>';

const text = z.string();
const entrySchema = z.object({
  auth: text.optional(),
  username: text.optional(),
  password: text.optional(),
  identitytoken: text.optional(),
  registrytoken: text.optional(),
});

type AuthEntry = z.infer<typeof entrySchema>;

/** docker's config.json and podman's auth.json have one shape. */
const fileSchema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credsStore: text.nullish(),
  credHelpers: z.record(z.string(), text).nullish(),
});

/** The logins of one file. Only what is needed is taken out. */
export type AuthFile = {
  readonly path: string;
  readonly credentials: ReadonlyMap<string, StoredCredential>;
  readonly credsStore?: string;
  readonly credHelpers: ReadonlyMap<string, string>;
};

/** A plain sentence stands in for a file that cannot be used; neither where there is no file. */
export type AuthFileOutcome = { readonly file?: AuthFile; readonly problem?: string };

/** Reads a file of logins; it is never written. Never throws. */
export async function readAuthFile(path: string): Promise<AuthFileOutcome> {
  const read = await readBoundedText(path);
  if (read.text === undefined) return read.problem === undefined ? {} : { problem: read.problem };
  return parseAuthFile(path, read.text);
}

/** `name` is a path, or what the text is called. */
export function parseAuthFile(name: string, json: string): AuthFileOutcome {
  if (json.trim() === '') return {};
  const document = fileSchema.safeParse(tryParseJson(json)).data;
  if (document === undefined) {
    return { problem: `${name} is not a valid file of registry logins, so it was left out.` };
  }
  const credentials = new Map<string, StoredCredential>();
  for (const [key, value] of Object.entries(document.auths ?? {})) {
    const credential = toCredential(entrySchema.safeParse(value).data);
    if (credential !== undefined) credentials.set(key, credential);
  }
  const credHelpers = new Map(Object.entries(document.credHelpers ?? {}));
  const file = { path: name, credentials, credHelpers };
  return { file: document.credsStore ? { ...file, credsStore: document.credsStore } : file };
}

/** An empty entry only says that a helper holds the login. */
function toCredential(entry: AuthEntry | undefined): StoredCredential | undefined {
  if (entry === undefined) return undefined;
  const basic = decodeBasic(entry.auth);
  const username = basic?.username ?? entry.username ?? '';
  if (entry.identitytoken) return toIdentityToken(username, entry.identitytoken);
  if (entry.registrytoken) return { kind: 'bearer', secret: entry.registrytoken };
  const secret = basic?.secret ?? entry.password ?? '';
  return toLogin(username, secret);
}

/** A user name and secret as docker's helpers and files give them. Undefined when there is nothing to log in with. */
export function toLogin(username: string, secret: string): StoredCredential | undefined {
  if (secret === '') return undefined;
  if (username === identityTokenUsername) return toIdentityToken('', secret);
  return username === '' ? undefined : { kind: 'password', username, secret };
}

function toIdentityToken(username: string, secret: string): StoredCredential {
  const isNamed = username !== '' && username !== identityTokenUsername;
  return isNamed
    ? { kind: 'identity-token', username, secret }
    : { kind: 'identity-token', secret };
}

/** base64 of `user:password`, split at the first colon; docker pads old entries with NUL. */
function decodeBasic(auth: string | undefined): { username: string; secret: string } | undefined {
  if (!auth) return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) return undefined;
  return {
    username: decoded.slice(0, colon),
    secret: decoded.slice(colon + 1).replace(/\0+$/u, ''),
  };
}

type BoundedText = { readonly text?: string; readonly problem?: string };

async function readBoundedText(path: string): Promise<BoundedText> {
  try {
    // Opening a pipe would wait for its writer.
    if (!(await stat(path)).isFile())
      return { problem: `${path} is not a file, so it was left out.` };
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat();
      if (stats.size > maxFileBytes) {
        return { problem: `${path} is larger than 1 MiB, so it was left out.` };
      }
      return { text: await handle.readFile('utf8') };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    return { problem: `${path} cannot be opened (${String(code)}), so it was left out.` };
  }
}

function tryParseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
