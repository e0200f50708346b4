import { randomBytes } from 'node:crypto';
import { isRegistryError, type RegistryClient } from '#core/registry/index';
import type { Digest } from '#oci/digest';
import { MEDIA_TYPES } from '#oci/media-type';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import {
  DELETE_SETTING,
  READ_ONLY_SETTING,
  unknownCapabilities,
  type CapabilityRecord,
  type Knowledge,
} from './capabilities';
import { isCancelled, readFault } from './faults';

export type ProbeOptions = {
  readonly signal?: AbortSignal | undefined;
  /** A blob of the repository, to ask whether parts of it can be read. */
  readonly blob?: Digest | undefined;
};

/** A digest that nothing in the world has, and a tag that nobody gives: what is deleted by it was never there. */
const randomDigest = (): Digest => `sha256:${randomBytes(32).toString('hex')}` as Digest;
const randomTag = (): Tag => `tagboat-probe-${randomBytes(16).toString('hex')}` as Tag;

/**
 * Asks what one repository allows, without changing anything: it deletes what cannot exist and pushes what no registry
 * takes. A registry that has to answer "there is no such thing" has let the question in. What stays unknown is said.
 */
export const probeCapabilities = async (
  client: RegistryClient,
  repository: RepositoryName,
  options: ProbeOptions = {},
): Promise<CapabilityRecord> => {
  const prober = new Prober(client, repository, options);
  const [catalog, push, deleteByDigest, deleteByTag, referrers, range] = await Promise.all([
    prober.catalog(),
    prober.push(),
    prober.deleteByDigest(),
    prober.deleteByTag(),
    prober.referrers(),
    prober.range(),
  ]);
  const record = { catalog, push, deleteByDigest, deleteByTag, referrers, range };
  return withReadOnlySetting({ ...unknownCapabilities, ...record });
};

const yes = (detail: string): Knowledge => ({ answer: 'yes', how: 'probed', detail });
const no = (detail: string, setting?: string): Knowledge => ({
  answer: 'no',
  how: 'probed',
  detail,
  ...(setting !== undefined && { setting }),
});
const unknown = (detail: string): Knowledge => ({ answer: 'unknown', how: 'probed', detail });

const NO_RIGHT = 'The account in use has no right to it.';

class Prober {
  constructor(
    private readonly client: RegistryClient,
    private readonly repository: RepositoryName,
    private readonly options: ProbeOptions,
  ) {}

  async catalog(): Promise<Knowledge> {
    try {
      for await (const page of this.client.catalog(this.call())) {
        return yes(`It lists repositories (${page.repositories.length} on the first page).`);
      }
      return yes('It lists repositories.');
    } catch (error) {
      return this.judge(error, (status) =>
        status === 400 || status === 404 || status === 405 || status === 501
          ? no('The catalog is closed here.')
          : undefined,
      );
    }
  }

  /** No registry stores `{}` as a manifest, and its bytes do not have the digest it is put under. */
  async push(): Promise<Knowledge> {
    const content = { mediaType: MEDIA_TYPES.ociManifest, bytes: Buffer.from('{}') };
    try {
      await this.client.putManifest(this.repository, randomDigest(), content, this.call());
      return unknown('The registry accepted a manifest that is none.');
    } catch (error) {
      return this.judge(error, (status) => {
        if (status === 405) return no('The registry answers 405 to a push.');
        // 400 and 404 judge the manifest or its name, after the right to push it was granted.
        return status === 400 || status === 404 || status === 422
          ? yes('It reads what is pushed.')
          : undefined;
      });
    }
  }

  async deleteByDigest(): Promise<Knowledge> {
    try {
      await this.client.deleteManifest(this.repository, randomDigest(), this.call());
      return unknown('The registry says it deleted a digest that cannot exist.');
    } catch (error) {
      return this.judge(error, (status, ociCode) => {
        if (status === 404) return yes('It looks for the digest that is to be deleted.');
        if (status === 405) {
          return no(
            'The registry answers 405 to the deletion of a digest.',
            ociCode === 'UNSUPPORTED' ? DELETE_SETTING : undefined,
          );
        }
        return ociCode === 'UNSUPPORTED' ? no('The registry does not delete.') : undefined;
      });
    }
  }

  async deleteByTag(): Promise<Knowledge> {
    try {
      await this.client.deleteManifest(this.repository, randomTag(), this.call());
      return unknown('The registry says it deleted a tag that does not exist.');
    } catch (error) {
      return this.judge(error, (status) => {
        if (status === 404) return yes('It looks for the tag that is to be deleted.');
        // CNCF distribution 2.8 takes the tag for a digest (400); others know no such request (405).
        return status === 400 || status === 405
          ? no(`The registry answers ${status} to the deletion of a tag.`)
          : undefined;
      });
    }
  }

  async referrers(): Promise<Knowledge> {
    try {
      const call = { ...this.call(), knownTags: new Set<string>() };
      const report = await this.client.referrers(this.repository, randomDigest(), call);
      const reason = report.incomplete[0]?.reason;
      if (reason !== undefined) {
        return unknown(typeof reason === 'string' ? 'The answer has no end.' : reason.message);
      }
      return report.apiSupported
        ? yes('It answers the referrers API.')
        : no('It has no referrers API. Tagboat keeps the lists of referrers by tag.');
    } catch (error) {
      return this.judge(error, () => undefined);
    }
  }

  async range(): Promise<Knowledge> {
    const { blob } = this.options;
    if (blob === undefined) return unknownCapabilities.range;
    try {
      const range = { start: 0, end: 0 };
      const call = { ...this.call(), range, maxBytes: 16 };
      const bytes = await this.client.getBlob(this.repository, blob, call);
      return bytes.length === 1
        ? yes('It sends parts of blobs.')
        : no('It sends whole blobs only.');
    } catch (error) {
      return this.judge(error, () =>
        readFault(error).kind === 'unsupported' ? no('It sends whole blobs only.') : undefined,
      );
    }
  }

  private call(): { signal: AbortSignal | undefined } {
    return { signal: this.options.signal };
  }

  /** Reads a refusal. Failures of the way there say nothing about the registry. */
  private judge(
    error: unknown,
    read: (status: number | undefined, ociCode: string | undefined) => Knowledge | undefined,
  ): Knowledge {
    if (isCancelled(error)) throw error;
    const { kind, message } = readFault(error);
    if (!isRegistryError(error) || kind === 'busy') return unknown(message);
    if (kind === 'forbidden') return no(NO_RIGHT);
    return read(error.status, error.ociCode) ?? unknown(message);
  }
}

/** Where neither push nor deletion is known as a request, the registry is read-only or a cache of another one. */
const withReadOnlySetting = (record: CapabilityRecord): CapabilityRecord => {
  const isClosed = (knowledge: Knowledge): boolean =>
    knowledge.answer === 'no' && (knowledge.detail?.includes('405') ?? false);
  if (!isClosed(record.push) || !isClosed(record.deleteByDigest)) return record;
  const detail = 'The registry is read-only, or a cache of another one.';
  const setting = READ_ONLY_SETTING;
  return {
    ...record,
    push: { ...record.push, detail, setting },
    deleteByDigest: { ...record.deleteByDigest, detail, setting },
    deleteByTag: { ...record.deleteByTag, detail, setting },
  };
};
