import type { Descriptor } from '#oci/descriptor';
import type { Digest } from '#oci/digest';
import { fallbackTagFor } from '#oci/fallback-tags';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import { isRegistryError, type RegistryClient } from '../../registry/index';
import { ContentError } from '../content-error';
import type { ContentTarget, ManifestContent, MountAnswer, StoredManifest } from '../content-store';
import { createTurns, mapLimited } from '../limited';
import { readManifest } from '../verify';
import { describeReferrer, makeReferrersList } from './referrers';
import { createUploads, type Uploads } from './upload';
import { headerOf, locationOf, type UploadWire } from './upload-wire';

export type RegistryStoreOptions = {
  readonly client: RegistryClient;
  /** Streams uploads with the same sign-in, proxy and limits as `client`. */
  readonly uploads: UploadWire;
  /** `registry.example:5000`: names the registry in messages. Stores of one registry must say the same. */
  readonly registry: string;
  readonly repository: RepositoryName;
};

/** HEADs under way at once; the client's own queue bounds them too, and browsing goes first there. */
const HEADS = 8;

/** One repository of a registry. The client stays the caller's: closing the store cancels only what the store does. */
export function createRegistryStore(options: RegistryStoreOptions): ContentTarget {
  return new RegistryStore(options);
}

class RegistryStore implements ContentTarget {
  readonly name: string;
  readonly home: { readonly registry: string; readonly repository: RepositoryName };
  private readonly closing = new AbortController();
  private readonly uploads: Uploads;
  private readonly turns = createTurns();

  constructor(private readonly options: RegistryStoreOptions) {
    const { registry, repository, uploads } = options;
    this.name = `${registry}/${repository}`;
    this.home = { registry, repository };
    this.uploads = createUploads(uploads, repository);
  }

  private get client(): RegistryClient {
    return this.options.client;
  }

  /** Copies give way to a person who browses the same registry. */
  private call(signal: AbortSignal | undefined): { signal: AbortSignal; priority: 'background' } {
    const { signal: closing } = this.closing;
    return {
      signal: signal ? AbortSignal.any([signal, closing]) : closing,
      priority: 'background',
    };
  }

  readonly resolve: ContentTarget['resolve'] = (reference, options) =>
    this.client.headManifest(this.home.repository, reference, this.call(options?.signal));

  readonly getManifest: ContentTarget['getManifest'] = async (reference, options) => {
    const call = this.call(options?.signal);
    const found = await this.client.getManifest(this.home.repository, reference, call);
    const { digest, mediaType, bytes, manifest } = found;
    return { digest, mediaType, bytes, manifest };
  };

  readonly openBlob: ContentTarget['openBlob'] = async ({ digest }, options) => {
    const { startBytes = 0, signal } = options ?? {};
    const opened = await this.client.openBlob(this.home.repository, digest, {
      ...this.call(signal),
      ...(startBytes > 0 && { range: { start: startBytes } }),
    });
    return { isVerified: startBytes === 0, body: opened.body, close: () => opened.close() };
  };

  readonly listTags: ContentTarget['listTags'] = async (options) => {
    const tags: Tag[] = [];
    try {
      for await (const page of this.client.tags(this.home.repository, this.call(options?.signal))) {
        if (page.truncatedBy !== undefined) throw this.listCutOff();
        tags.push(...page.tags);
      }
    } catch (error) {
      // A repository that nothing was pushed to yet.
      if (isRegistryError(error, 'not-found')) return [];
      throw error;
    }
    return tags;
  };

  private listCutOff(): ContentError {
    return new ContentError(
      'content-incomplete',
      `The list of tags of ${this.name} did not end, so nobody knows what is missing from it. Name the tags one by one.`,
    );
  }

  readonly referrers: ContentTarget['referrers'] = async (digest, options) => {
    const { signal, knownTags } = options ?? {};
    const report = await this.client.referrers(this.home.repository, digest, {
      ...this.call(signal),
      ...(knownTags && { knownTags }),
    });
    const [problem] = report.incomplete;
    if (problem !== undefined) {
      throw problem.reason instanceof Error ? problem.reason : this.listCutOff();
    }
    return report.referrers.map(({ descriptor, source, tag }) => ({
      descriptor,
      ...(source === 'cosign-tag' && tag !== undefined && { cosignTag: tag }),
    }));
  };

  readonly hasBlobs: ContentTarget['hasBlobs'] = async (descriptors, options) => {
    const call = this.call(options?.signal);
    const present = new Set<Digest>();
    await mapLimited(descriptors, HEADS, async ({ digest }) => {
      const stat = await this.client.headBlob(this.home.repository, digest, call);
      if (stat !== undefined) present.add(digest);
    });
    return present;
  };

  readonly mount = async (
    { digest }: Descriptor,
    from: RepositoryName,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<MountAnswer> => {
    const { signal } = this.call(options?.signal);
    const query = `mount=${digest}&from=${encodeURIComponent(from)}`;
    try {
      const answer = await this.options.uploads.sendUpload(this.home.repository, {
        method: 'POST',
        query,
        from,
        expected: [201, 202],
        signal,
      });
      if (answer.status === 201) return { isMounted: true };
      // 202 is an upload that waits for bytes (trap 30).
      const isOpen = headerOf(answer, 'location') !== undefined;
      return { isMounted: false, ...(isOpen && { session: locationOf(answer).href }) };
    } catch (error) {
      // A mount is a hint: who may not read there, or a registry without it, uploads (trap 30).
      const isRefused = isRegistryError(error) && (error.status ?? 500) < 500;
      if (!isRefused || error.status === 429) throw error;
      return { isMounted: false };
    }
  };

  readonly putBlob: ContentTarget['putBlob'] = (descriptor, content, options) => {
    const { signal } = this.call(options?.signal);
    return this.uploads.put(descriptor, content, { ...options, signal });
  };

  readonly putManifest: ContentTarget['putManifest'] = async (content, options) => {
    const { digest, mediaType, bytes } = content;
    const call = this.call(options?.signal);
    const { repository } = this.home;
    // A tag can carry sha256 only: the registry computes the digest, and that is the algorithm it takes.
    const isTaggable = digest.startsWith('sha256:');
    const reference = isTaggable ? (options?.tag ?? digest) : digest;
    const stored = { mediaType, bytes };
    const answer = await this.client.putManifest(repository, reference, stored, call);
    if (!isTaggable && options?.tag !== undefined) {
      await this.client.putManifest(repository, options.tag, stored, call);
    }
    const read = readManifest(content, this.name);
    const subject = read.manifest.kind === 'schema1' ? undefined : read.manifest.subject;
    if (subject === undefined || answer.subject !== undefined) return;
    await this.listReferrer(subject.digest, read, options?.signal);
  };

  /** distribution-spec, Pushing Manifests with Subject: without the referrers API the client keeps the list (trap 43). */
  private async listReferrer(
    subject: Digest,
    referrer: StoredManifest,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const tag = fallbackTagFor(subject);
    const { repository } = this.home;
    await this.turns(tag, async () => {
      const call = this.call(signal);
      const known = await this.readList(tag, signal);
      if (known.some(({ digest }) => digest === referrer.digest)) return;
      const list = makeReferrersList([...known, describeReferrer(referrer)]);
      await this.client.putManifest(repository, tag, list, call);
    });
  }

  private async readList(
    tag: Tag,
    signal: AbortSignal | undefined,
  ): Promise<readonly Descriptor[]> {
    try {
      const { manifest } = await this.getManifest(tag, { signal });
      return manifest.kind === 'index' ? manifest.manifests : [];
    } catch (error) {
      if (isRegistryError(error, 'not-found')) return [];
      throw error;
    }
  }

  readonly tag: ContentTarget['tag'] = async (tag, digest, options) => {
    // The same bytes under another name (trap 19); nothing is deleted before.
    const content: ManifestContent = await this.getManifest(digest, options);
    await this.client.putManifest(
      this.home.repository,
      tag,
      { mediaType: content.mediaType, bytes: content.bytes },
      this.call(options?.signal),
    );
  };

  /** What a registry acknowledged is final. */
  readonly finish: ContentTarget['finish'] = () => Promise.resolve();

  readonly close: ContentTarget['close'] = async () => {
    this.closing.abort(new ContentError('cancelled', `Work on ${this.name} was ended.`));
  };
}
