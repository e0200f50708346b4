import type { Descriptor } from '#oci/descriptor';
import type { ContentStore } from './content-store';
import type { FetchedConfig } from './registry-client';
import type { BufferedAnswer } from './transport/shapes';
import { digestOf, verifyBytes } from './verify';
import { failure } from './words';

/** Undefined where the config is not JSON: artifacts may use any blob as their config. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Throws `digest-mismatch` for bytes that are not the ones the manifest names. */
export function readConfig(answer: BufferedAnswer, descriptor: Descriptor): FetchedConfig {
  const { bytes } = answer;
  const place = { host: answer.url.host, step: 'config' } as const;
  verifyBytes(bytes, descriptor.digest, place);
  if (bytes.length !== descriptor.size) {
    const note = `The manifest says ${descriptor.size} bytes, the registry sent ${bytes.length}.`;
    throw failure('digest-mismatch', place, note);
  }
  return { bytes, json: parseJson(bytes), fromCache: false };
}

/** The config without a request: from the descriptor's own `data` (image-spec descriptor.md) or from the cache. */
export async function readStored(
  store: ContentStore,
  descriptor: Descriptor,
): Promise<FetchedConfig | undefined> {
  const embedded =
    descriptor.data === undefined ? undefined : Buffer.from(descriptor.data, 'base64');
  for (const bytes of [embedded, embedded ? undefined : await store.get(descriptor.digest)]) {
    if (bytes && matches(bytes, descriptor))
      return { bytes, json: parseJson(bytes), fromCache: true };
  }
  return undefined;
}

function matches(bytes: Uint8Array, { digest, size }: Descriptor): boolean {
  if (bytes.length !== size) return false;
  try {
    return digestOf(bytes, digest) === digest;
  } catch {
    return false;
  }
}
