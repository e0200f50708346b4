import type { Descriptor } from '#oci/descriptor';
import type { RepositoryName } from '#oci/repository-name';
import { isRegistryError } from '../../registry/index';
import { ContentError } from '../content-error';
import type { BlobContent, PutBlobOptions } from '../content-store';
import { checkedBody } from '../verify';
import { createPieces, type Pieces } from './pieces';
import {
  headerOf,
  locationOf,
  receivedBytes,
  tryParseUrl,
  withDigest,
  type UploadRequest,
  type UploadWire,
} from './upload-wire';

const KIB = 1024;
const MIB = 1024 * KIB;
/** Below this a second request costs more than starting over after a lost connection. */
const SINGLE_PUT_BYTES = 4 * MIB;
/** Tried one after another where a proxy refuses a body as too large; nginx takes 1 MiB unless told otherwise. */
const PIECE_BYTES = [64 * MIB, 16 * MIB, 4 * MIB, MIB, 256 * KIB] as const;

type Session = {
  location: URL;
  startBytes: number;
  minPieceBytes: number;
  /** Bytes of a connection that broke may still arrive, so each piece has to say where it belongs. */
  isContinued: boolean;
};

export type Uploads = {
  put(descriptor: Descriptor, content: BlobContent, options?: PutBlobOptions): Promise<void>;
};

/** Pushes blobs into one repository (distribution-spec, Pushing blobs). Remembers how large a body the way there takes. */
export function createUploads(wire: UploadWire, repository: RepositoryName): Uploads {
  let pieceBytes: number = Number.POSITIVE_INFINITY;
  return {
    async put(descriptor, content, given = {}) {
      let options = given;
      for (;;) {
        const used = pieceBytes;
        try {
          await new Upload(wire, repository, descriptor, content, options).run(used);
          return;
        } catch (error) {
          const isTooLarge = isRegistryError(error) && error.status === 413;
          const smaller = PIECE_BYTES.find((size) => size < Math.min(used, descriptor.size));
          if (!isTooLarge || smaller === undefined) throw error;
          // Another upload may have found out meanwhile.
          pieceBytes = Math.min(pieceBytes, smaller);
          // After a 413 nobody knows what the session holds.
          options = { ...given, session: undefined };
          options.onSession?.(undefined);
        }
      }
    },
  };
}

class Upload {
  constructor(
    private readonly wire: UploadWire,
    private readonly repository: RepositoryName,
    private readonly descriptor: Descriptor,
    private readonly content: BlobContent,
    private readonly options: PutBlobOptions,
  ) {}

  async run(pieceBytes: number): Promise<void> {
    const session = (await this.goOn()) ?? (await this.open());
    try {
      // All bytes may be there already, and only the last request was lost.
      if (session.startBytes === this.descriptor.size && session.isContinued) {
        await this.commit(session.location);
      } else await this.send(session, pieceBytes);
      this.options.onSession?.(undefined);
    } catch (error) {
      throw session.isContinued ? this.forgetWrong(error) : error;
    }
  }

  private async send(session: Session, pieceBytes: number): Promise<void> {
    const { size } = this.descriptor;
    const { startBytes } = session;
    const isSingle = size <= SINGLE_PUT_BYTES && size <= pieceBytes && startBytes === 0;
    if (!isSingle) this.options.onSession?.(session.location.href);
    const opened = await this.content.open(startBytes);
    const body = checkedBody(opened, this.descriptor, startBytes, 'the source');
    const watched = watchFailure(body);
    const pieces = createPieces(watched.body);
    try {
      if (isSingle) await this.putWhole(session, pieces);
      else await this.patchAll(session, pieces, Math.max(pieceBytes, session.minPieceBytes));
    } catch (error) {
      throw watched.failure()?.error ?? error;
    } finally {
      await pieces.close();
      opened.close();
    }
  }

  /** The hash of a continued upload is checked by the registry alone; when it is wrong, the next try starts anew. */
  private forgetWrong(error: unknown): unknown {
    if (!isRegistryError(error) || error.status !== 400) return error;
    this.options.onSession?.(undefined);
    return new ContentError(
      'upload-lost',
      `The upload of ${this.descriptor.digest} could not be continued; what the registry had of it was not right. It has to start anew.`,
      error,
    );
  }

  private ask(request: UploadRequest): ReturnType<UploadWire['sendUpload']> {
    return this.wire.sendUpload(this.repository, { ...request, signal: this.options.signal });
  }

  private async open(): Promise<Session> {
    const answer = await this.ask({ method: 'POST', expected: [202] });
    const minPieceBytes = Number(headerOf(answer, 'oci-chunk-min-length') ?? 0) || 0;
    return { location: locationOf(answer), startBytes: 0, minPieceBytes, isContinued: false };
  }

  /**
   * Where an upload stands that was begun earlier; undefined when the registry has forgotten it, or cannot go on:
   * distribution answers 416 once bytes came after the last Location it gave.
   */
  private async goOn(): Promise<Session | undefined> {
    const { session } = this.options;
    const location = session === undefined ? undefined : tryParseUrl(session);
    if (location === undefined) return undefined;
    try {
      const answer = await this.ask({ method: 'GET', location, expected: [204, 202, 200] });
      const startBytes = receivedBytes(answer);
      if (startBytes > this.descriptor.size) return undefined;
      return { location: locationOf(answer), startBytes, minPieceBytes: 0, isContinued: true };
    } catch (error) {
      if (!isRegistryError(error) || error.status === undefined) throw error;
      if ([401, 403, 408, 429].includes(error.status) || error.status >= 500) throw error;
      return undefined;
    }
  }

  private async putWhole({ location }: Session, pieces: Pieces): Promise<void> {
    const { size, digest } = this.descriptor;
    await this.ask({
      method: 'PUT',
      location: withDigest(location, digest),
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: size === 0 ? new Uint8Array(0) : pieces.next(size),
      expected: [201],
    });
  }

  private async patchAll(session: Session, pieces: Pieces, pieceBytes: number): Promise<void> {
    const { size } = this.descriptor;
    let { location } = session;
    for (let start = session.startBytes; start < size;) {
      const length = Math.min(pieceBytes, size - start);
      const isWhole = start === 0 && length === size && !session.isContinued;
      const answer = await this.ask({
        method: 'PATCH',
        location,
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(length),
          // A single streamed PATCH has none: some registries take the header for chunks only.
          ...(!isWhole && { 'content-range': `${start}-${start + length - 1}` }),
        },
        body: pieces.next(length),
        expected: [202, 201, 204],
      });
      location = locationOf(answer);
      start += length;
      this.options.onSession?.(location.href);
    }
    await this.commit(location);
  }

  private async commit(location: URL): Promise<void> {
    await this.ask({
      method: 'PUT',
      location: withDigest(location, this.descriptor.digest),
      headers: { 'content-length': '0' },
      expected: [201, 204],
    });
  }
}

/** What broke the bytes, which the connection they were sent on reports as a broken connection. */
function watchFailure(content: AsyncIterable<Uint8Array>): {
  body: AsyncGenerator<Uint8Array>;
  failure: () => { error: unknown } | undefined;
} {
  let failure: { error: unknown } | undefined;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      yield* content;
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return { body: body(), failure: () => failure };
}
