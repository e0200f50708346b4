import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Digest } from '#oci/digest';
import { isRecord, tryParseJson } from '../json';
import type { ManifestFacts } from '../manifest-content';
import { hashBytes } from './blob-store';
import { BoundedMap } from './bounded-map';
import type { Layout } from './layout';
import type { ManifestStore } from './manifest-store';
import { compareAscii } from './tag-store';
import { writeDurably } from './write-batch';

/** A descriptor as the referrers list shows it (distribution-spec, Listing Referrers). */
export type Referrer = Readonly<{
  mediaType: string;
  digest: Digest;
  size: number;
  artifactType?: string;
  annotations?: Readonly<Record<string, string>>;
}>;

/** Which manifests were looked at, and those of them that name a subject. */
type RepositoryReferrers = { seen: Set<string>; bySubject: Map<string, Map<string, Referrer>> };

/** Manifests known over all repositories that are held in memory. */
const heldManifests = 200_000;
const readsAtOnce = 8;
const fileVersion = 1;

/**
 * Which manifests name which subject: the one look-up distribution's layout cannot do. Built from the layout when a
 * repository is first asked, kept in memory, and saved beside it so that the next start reads only what is new.
 */
export class ReferrerIndex {
  readonly #loaded = new BoundedMap<RepositoryReferrers>(heldManifests);
  readonly #loading = new Map<string, Promise<RepositoryReferrers>>();
  readonly #dirty = new Set<string>();

  constructor(
    readonly layout: Layout,
    readonly manifests: ManifestStore,
  ) {}

  #fileOf(name: string): string {
    return `${this.layout.sideDir}/referrers/${createHash('sha256').update(name).digest('hex')}.json`;
  }

  #open(name: string): Promise<RepositoryReferrers> {
    const ready = this.#loaded.get(name);
    if (ready !== undefined) return Promise.resolve(ready);
    const known = this.#loading.get(name);
    if (known !== undefined) return known;
    const opening = this.#load(name).finally(() => this.#loading.delete(name));
    this.#loading.set(name, opening);
    return opening;
  }

  async #load(name: string): Promise<RepositoryReferrers> {
    const saved = await readSaved(this.#fileOf(name), name);
    const present = new Set<string>(await this.manifests.list(name));
    const index: RepositoryReferrers = { seen: new Set(), bySubject: new Map() };
    for (const digest of saved.seen) if (present.has(digest)) index.seen.add(digest);
    for (const [subject, referrers] of saved.bySubject) {
      for (const referrer of referrers.values()) {
        if (present.has(referrer.digest)) addReferrer(index, subject, referrer);
      }
    }
    const fresh = [...present].filter((digest) => !index.seen.has(digest)) as Digest[];
    for (let start = 0; start < fresh.length; start += readsAtOnce) {
      const page = fresh.slice(start, start + readsAtOnce);
      await Promise.all(page.map((digest) => this.#scan(index, name, digest)));
    }
    if (fresh.length > 0 || saved.seen.size !== index.seen.size) this.#dirty.add(name);
    this.#loaded.set(name, index, index.seen.size + 1);
    return index;
  }

  async #scan(index: RepositoryReferrers, name: string, digest: Digest): Promise<void> {
    const manifest = await this.manifests.find(name, digest);
    if (manifest === undefined) return;
    index.seen.add(digest);
    if (manifest.facts.subject === undefined) return;
    // Pushed under sha512 as well: listed once, under the digest it was pushed with.
    if (digest.startsWith('sha256:')) {
      const other = hashBytes(manifest.bytes, 'sha512');
      if ((await this.manifests.find(name, other)) !== undefined) return;
    }
    addReferrer(index, manifest.facts.subject.digest, describe(digest, manifest));
  }

  /** Manifests that name `subject`, in the order of their digests. */
  async list(name: string, subject: Digest): Promise<Referrer[]> {
    const index = await this.#open(name);
    const referrers = [...(index.bySubject.get(subject)?.values() ?? [])];
    const present = await Promise.all(
      referrers.map((referrer) => this.manifests.has(name, referrer.digest)),
    );
    return referrers
      .filter((_, position) => present[position])
      .sort((left, right) => compareAscii(left.digest, right.digest));
  }

  /** Takes note of a manifest that was pushed. */
  async add(
    name: string,
    digest: Digest,
    manifest: { bytes: Buffer; facts: ManifestFacts },
  ): Promise<void> {
    const { subject } = manifest.facts;
    // A repository that is being read may have passed this manifest already.
    const index = this.#loaded.get(name) ?? (await this.#loading.get(name));
    if (index === undefined) return;
    index.seen.add(digest);
    if (subject === undefined) return;
    addReferrer(index, subject.digest, describe(digest, manifest));
    this.#dirty.add(name);
  }

  /** Takes note of manifests that were deleted. */
  remove(name: string, digests: readonly Digest[]): void {
    const index = this.#loaded.get(name);
    if (index === undefined) return;
    for (const digest of digests) {
      index.seen.delete(digest);
      for (const referrers of index.bySubject.values()) referrers.delete(digest);
    }
    this.#dirty.add(name);
  }

  /** Saves what changed. Nothing is lost without it: the next start reads the manifests again. */
  async save(): Promise<void> {
    const names = [...this.#dirty];
    this.#dirty.clear();
    for (const name of names) {
      const index = this.#loaded.get(name);
      if (index !== undefined) await writeDurably(this.#fileOf(name), toJson(name, index));
    }
  }
}

function describe(
  digest: Digest,
  { bytes, facts }: { bytes: Buffer; facts: ManifestFacts },
): Referrer {
  const { mediaType, artifactType, annotations } = facts;
  return {
    mediaType,
    digest,
    size: bytes.byteLength,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function addReferrer(index: RepositoryReferrers, subject: string, referrer: Referrer): void {
  const referrers = index.bySubject.get(subject);
  if (referrers === undefined) index.bySubject.set(subject, new Map([[referrer.digest, referrer]]));
  else referrers.set(referrer.digest, referrer);
}

function toJson(name: string, index: RepositoryReferrers): string {
  return JSON.stringify({
    version: fileVersion,
    name,
    seen: [...index.seen],
    subjects: [...index.bySubject].map(([subject, referrers]) => [
      subject,
      [...referrers.values()],
    ]),
  });
}

/** What an earlier run saved; anything that does not fit is thrown away and read from the layout again. */
async function readSaved(file: string, name: string): Promise<RepositoryReferrers> {
  const saved: RepositoryReferrers = { seen: new Set(), bySubject: new Map() };
  const json = await readFile(file).then(tryParseJson, () => undefined);
  if (!isRecord(json) || json['version'] !== fileVersion || json['name'] !== name) return saved;
  const { seen, subjects } = json;
  if (!Array.isArray(seen) || !Array.isArray(subjects)) return saved;
  for (const digest of seen as unknown[]) if (typeof digest === 'string') saved.seen.add(digest);
  for (const entry of subjects as unknown[]) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !Array.isArray(entry[1])) continue;
    for (const referrer of entry[1] as unknown[]) {
      if (isReferrer(referrer)) addReferrer(saved, entry[0], referrer);
    }
  }
  return saved;
}

const isReferrer = (value: unknown): value is Referrer =>
  isRecord(value) &&
  typeof value['mediaType'] === 'string' &&
  typeof value['digest'] === 'string' &&
  typeof value['size'] === 'number';
