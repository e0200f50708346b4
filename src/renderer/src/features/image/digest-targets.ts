import type { DescriptorView, ImageView } from '#contract/image';
import { clipDigest } from '#lib/digest-text';
import { entryLabel } from './index-entries';
import type { Step } from './trail';

const blobStep = (
  { digest, mediaType, sizeBytes }: DescriptorView,
  label: string,
): readonly [string, Step] => [digest, { kind: 'blob', digest, mediaType, sizeBytes, label }];

/** What each digest in a manifest leads to: blobs for config and layers, manifests for all else. */
export const digestTargets = (view: ImageView): ReadonlyMap<string, Step> => {
  const blobs = [
    ...(view.configDescriptor === undefined ? [] : [blobStep(view.configDescriptor, 'config')]),
    ...view.layers.map((layer, at) => blobStep(layer, layer.title ?? `layer ${at + 1}`)),
  ];
  const manifests = view.entries.map((entry): readonly [string, Step] => [
    entry.digest,
    { kind: 'manifest', reference: entry.digest, label: entryLabel(entry) },
  ]);
  return new Map([...blobs, ...manifests]);
};

/** Where a digest in the raw manifest leads. One that names nothing here (a base, a subject) is tried as a manifest. */
export const targetOfDigest = (targets: ReadonlyMap<string, Step>, digest: string): Step =>
  targets.get(digest) ?? { kind: 'manifest', reference: digest, label: clipDigest(digest) };
