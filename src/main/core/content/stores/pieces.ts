/** Cuts a stream into pieces of exact lengths without collecting them. */
export type Pieces = {
  /** The next `sizeBytes` bytes, fewer only at the end of the stream. To be read to its end before the next piece. */
  next(sizeBytes: number): AsyncGenerator<Uint8Array>;
  /** Ends the stream early. */
  close(): Promise<void>;
};

export function createPieces(body: AsyncIterable<Uint8Array>): Pieces {
  const iterator = body[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  return {
    async *next(sizeBytes) {
      let missing = sizeBytes;
      while (missing > 0) {
        const chunk: Uint8Array | undefined = rest ?? (await take(iterator));
        rest = undefined;
        if (chunk === undefined) return;
        const part = chunk.subarray(0, missing);
        if (part.length < chunk.length) rest = chunk.subarray(part.length);
        missing -= part.length;
        yield part;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}

async function take(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const step = await iterator.next();
  return step.done ? undefined : step.value;
}
