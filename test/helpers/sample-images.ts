import { addAttestation, addChart, addSbom } from './artifact-content';
import { createContentSet, type Descriptor } from './content-set';
import { addImage, addIndex, threePlatforms, type ImageOptions } from './image-content';
import type { PushTarget } from './push-content';
import { pushContent } from './push-set';

export type MultiPlatform = { digest: string; children: string[]; attestation: string };

const file = (name: string, content: string) => [{ name, content }];

/** An index of three platforms with an attestation of the first, as BuildKit pushes it. */
export async function pushMultiPlatform(
  target: PushTarget,
  repository: string,
  tags: readonly string[],
  label = 'app',
): Promise<MultiPlatform> {
  const content = createContentSet();
  const children = threePlatforms.map((platform) => {
    const own = file(`app/${label}`, `${label} for ${platform.architecture}\n`);
    return addImage(content, { platform, layers: [file('app/base', 'base\n'), own] });
  });
  const attestation = addAttestation(content, children[0] ?? addImage(content));
  const index = addIndex(content, [...children, attestation], { tags });
  await pushContent(target, repository, content);
  return {
    digest: index.digest,
    children: children.map(({ digest }) => digest),
    attestation: attestation.digest,
  };
}

/** A single-platform image under tags, with labels and annotations of the caller's choice. */
export async function pushSampleImage(
  target: PushTarget,
  repository: string,
  tags: readonly string[],
  options: Omit<ImageOptions, 'tags'> = {},
): Promise<Descriptor> {
  const content = createContentSet();
  const image = addImage(content, { ...options, tags });
  await pushContent(target, repository, content);
  return image;
}

/** An SBOM whose subject the repository already has, and the fallback tag that leads to it. */
export async function pushReferrer(
  target: PushTarget,
  repository: string,
  subject: Descriptor,
): Promise<string> {
  const content = createContentSet();
  const { digest } = addSbom(content, subject);
  await pushContent(target, repository, content);
  return digest;
}

/** An image in Docker's own formats (manifest version 2, schema 2). */
export async function pushDockerImage(
  target: PushTarget,
  repository: string,
  tag: string,
): Promise<string> {
  const content = createContentSet();
  const { digest } = addImage(content, { family: 'docker', tags: [tag] });
  await pushContent(target, repository, content);
  return digest;
}

/** A Helm chart: an artifact that no container engine can run. */
export async function pushChart(
  target: PushTarget,
  repository: string,
  tag: string,
): Promise<string> {
  const content = createContentSet();
  const { digest } = addChart(content, 'shop', tag);
  await pushContent(target, repository, content);
  return digest;
}
