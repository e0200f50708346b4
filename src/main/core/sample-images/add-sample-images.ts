import type { RegistryClient } from '../registry/index';
import { isRegistryError } from '../registry/index';
import type { SampleRepository } from './content';
import { createHello } from './samples/hello';
import { createLegacy } from './samples/legacy';
import { createWasteful } from './samples/wasteful';
import { createWeb } from './samples/web';

/** What of a registry client is needed. */
export type SampleTarget = Pick<
  RegistryClient,
  'tags' | 'headManifest' | 'headBlob' | 'putBlob' | 'putManifest'
>;

export type SampleProgress = {
  readonly completed: number;
  readonly total: number;
  readonly unit: 'bytes';
  /** What is being done now, in plain words. */
  readonly step: string;
};

export type SampleOptions = {
  readonly signal?: AbortSignal;
  readonly progress?: (progress: SampleProgress) => void;
};

export type AddedSamples = {
  /** Repositories that are complete now, whether they were before or not. */
  readonly repositories: readonly string[];
  /** Repositories that were left as they are, with a sentence that says why. */
  readonly skipped: readonly { readonly repository: string; readonly why: string }[];
};

/** Every sample, built in memory: about 3 MiB. The bytes are the same on every machine. */
export const createSamples = (): readonly SampleRepository[] => [
  createHello(),
  createWeb(),
  createLegacy(),
  createWasteful(),
];

/**
 * Builds the sample images and pushes them. A repository of the same name with any other content is left alone; one
 * that has a part of its sample is completed. Tags come last, so an interrupted push leaves no tag that leads to half
 * an image. Rejects with the client's RegistryError.
 */
export async function addSampleImages(
  client: SampleTarget,
  { signal, progress }: SampleOptions = {},
): Promise<AddedSamples> {
  const samples = createSamples();
  const total = samples.reduce((sum, sample) => sum + sizeOf(sample), 0);
  const repositories: string[] = [];
  const skipped: { repository: string; why: string }[] = [];
  let completed = 0;
  for (const sample of samples) {
    const { name } = sample;
    const advance = (bytes: number): void => {
      completed += bytes;
      progress?.({ completed, total, unit: 'bytes', step: `Adding ${name}: ${sample.purpose}` });
    };
    const why = await findOtherContent(client, sample, signal);
    if (why === undefined) {
      advance(0);
      await pushSample(client, sample, signal, advance);
      repositories.push(name);
    } else {
      skipped.push({ repository: name, why });
      advance(sizeOf(sample));
    }
  }
  return { repositories, skipped };
}

const sizeOf = ({ blobs, manifests }: SampleRepository): number =>
  [...blobs.values(), ...manifests.map(({ bytes }) => bytes)].reduce(
    (sum, bytes) => sum + bytes.byteLength,
    0,
  );

/** Why a repository is not the sample's; undefined when it is, or is not there. */
async function findOtherContent(
  client: SampleTarget,
  sample: SampleRepository,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const own = sample.tags();
  try {
    for await (const { tags } of client.tags(sample.name, { signal })) {
      for (const tag of tags) {
        const expected = own.get(tag);
        if (expected === undefined) return `It has a tag of its own, ${tag}. ${remedy}`;
        const found = await client.headManifest(sample.name, tag, { signal });
        if (found !== undefined && found.digest !== expected) {
          return `Its tag ${tag} leads to another image. ${remedy}`;
        }
      }
    }
  } catch (error) {
    if (!isRegistryError(error, 'not-found')) throw error;
  }
  return undefined;
}

const remedy = 'Nothing in it was changed; delete it to get the sample.';

async function pushSample(
  client: SampleTarget,
  { name, blobs, manifests }: SampleRepository,
  signal: AbortSignal | undefined,
  advance: (bytes: number) => void,
): Promise<void> {
  for (const [digest, bytes] of blobs) {
    const isThere = (await client.headBlob(name, digest, { signal })) !== undefined;
    if (!isThere) await client.putBlob(name, bytes, { signal });
    advance(bytes.byteLength);
  }
  for (const { digest, mediaType, bytes, tags } of manifests) {
    const references = tags.length === 0 ? [digest] : tags;
    for (const reference of references) {
      const found = await client.headManifest(name, reference, { signal });
      if (found?.digest === digest) continue;
      await client.putManifest(name, reference, { mediaType, bytes }, { signal });
    }
    advance(bytes.byteLength);
  }
}
