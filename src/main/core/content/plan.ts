import type { Digest } from '#oci/digest';
import type { Tag } from '#oci/tag';
import { CopyError, type CopySide } from './copy-error';
import type {
  CopyPlan,
  CopyRequest,
  CopyWarning,
  PlannedBlob,
  PlannedManifest,
  PlannedTag,
} from './copy-types';
import { blobsOf, walkGraph, type CopyGraph } from './graph';
import { mapLimited } from './limited';

const AT_ONCE = 8;

/**
 * What a copy would send, what is already there, and which tags it would move. Reads only. Rejects with CopyError that
 * names the side.
 */
export async function planCopy(request: CopyRequest): Promise<CopyPlan> {
  const { source, target } = request;
  const graph = await onSide('source', source.name, () => walkGraph(request));
  const isSame = isSameRepository(request);
  return onSide('target', target.name, async () => {
    const tags = await planTags(request, graph);
    const manifests = await planManifests(request, graph, tags);
    const blobs = await planBlobs(request, graph, isSame);
    return {
      source,
      target,
      manifests,
      blobs,
      tags,
      ...sumBytes(blobs, manifests),
      warnings: [...graph.warnings, ...tags.flatMap(warnOverwritten)],
    };
  });
}

async function onSide<T>(side: CopySide, place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CopyError ? error : new CopyError(side, place, error);
  }
}

/** Within one repository everything is there but the tag: no byte moves. */
function isSameRepository({ source, target }: CopyRequest): boolean {
  const [from, to] = [source.home, target.home];
  if (from === undefined || to === undefined) return false;
  return from.registry === to.registry && from.repository === to.repository;
}

async function planTags(request: CopyRequest, graph: CopyGraph): Promise<PlannedTag[]> {
  const wanted = new Map<Tag, Digest>(graph.tags.map(({ tag, digest }) => [tag, digest]));
  return mapLimited([...wanted], AT_ONCE, async ([tag, digest]): Promise<PlannedTag> => {
    const found = await request.target.resolve(tag, { signal: request.signal });
    if (found === undefined) return { tag, digest, action: 'create' };
    if (found.digest === digest) return { tag, digest, action: 'unchanged', replaces: digest };
    return { tag, digest, action: 'overwrite', replaces: found.digest };
  });
}

function warnOverwritten({ tag, digest, action, replaces }: PlannedTag): CopyWarning[] {
  if (action !== 'overwrite' || replaces === undefined) return [];
  const message = `The tag ${tag} points to ${replaces} now and will point to ${digest}.`;
  return [{ code: 'tag-overwritten', message, digest: replaces }];
}

async function planManifests(
  { target, signal }: CopyRequest,
  { nodes }: CopyGraph,
  tags: readonly PlannedTag[],
): Promise<PlannedManifest[]> {
  const known = new Set(tags.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces])));
  return mapLimited(nodes, AT_ONCE, async (node) => {
    const isPresent =
      known.has(node.digest) || (await target.resolve(node.digest, { signal })) !== undefined;
    return { ...node, blobs: node.blobs.map(({ digest }) => digest), isPresent };
  });
}

async function planBlobs(
  { target, signal }: CopyRequest,
  { nodes }: CopyGraph,
  isSame: boolean,
): Promise<PlannedBlob[]> {
  const blobs = blobsOf(nodes);
  const present = isSame
    ? new Set(blobs.map(({ descriptor }) => descriptor.digest))
    : await target.hasBlobs(
        blobs.map(({ descriptor }) => descriptor),
        { signal },
      );
  return blobs
    .map((blob) => ({ ...blob, isPresent: present.has(blob.descriptor.digest) }))
    .sort((a, b) => b.descriptor.size - a.descriptor.size);
}

function sumBytes(
  blobs: readonly PlannedBlob[],
  manifests: readonly PlannedManifest[],
): Pick<CopyPlan, 'bytesToSend' | 'bytesPresent'> {
  const sum = (isPresent: boolean): number => {
    let bytes = 0;
    for (const blob of blobs) if (blob.isPresent === isPresent) bytes += blob.descriptor.size;
    for (const one of manifests) if (one.isPresent === isPresent) bytes += one.bytes.length;
    return bytes;
  };
  return { bytesToSend: sum(false), bytesPresent: sum(true) };
}
