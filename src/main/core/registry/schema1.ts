type Signature = { protected?: unknown };

function decodeBase64Url(text: unknown): Buffer | undefined {
  return typeof text === 'string' ? Buffer.from(text, 'base64url') : undefined;
}

/**
 * The bytes that the digest of a signed schema 1 manifest is made of: the document without its signatures
 * (distribution, manifest-v2-1, Signed Manifests: the protected header tells where to cut and what to append).
 * Undefined for a document that is not signed that way.
 */
export function schema1Payload(bytes: Uint8Array, json: unknown): Uint8Array | undefined {
  const { signatures } = (json ?? {}) as { signatures?: unknown };
  const [first] = Array.isArray(signatures) ? (signatures as Signature[]) : [];
  const header = decodeBase64Url(first?.protected);
  if (!header) return undefined;
  try {
    const fields = JSON.parse(header.toString('utf8')) as Record<string, unknown>;
    const length = fields['formatLength'];
    const tail = decodeBase64Url(fields['formatTail']);
    if (typeof length !== 'number' || length < 0 || length > bytes.length || !tail)
      return undefined;
    return Buffer.concat([bytes.subarray(0, length), tail]);
  } catch {
    return undefined;
  }
}
