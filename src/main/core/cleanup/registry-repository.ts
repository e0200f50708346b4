import { isRegistryError, type ListTruncation, type RegistryClient } from '#core/registry/index';
import type { RepositoryName } from '#oci/repository-name';
import type { Tag } from '#oci/tag';
import type { Repository } from './repository';

const TRUNCATED: Readonly<Record<ListTruncation, string>> = {
  'page-cap': 'The list has more pages than are read.',
  loop: 'The registry repeated a page of the list.',
};

/** One repository behind the distribution API. */
export const openRegistryRepository = (
  client: RegistryClient,
  name: RepositoryName,
): Repository => ({
  async listTags(signal) {
    const tags: Tag[] = [];
    let incomplete: string | undefined;
    try {
      for await (const page of client.tags(name, { signal })) {
        tags.push(...page.tags);
        if (page.truncatedBy !== undefined) incomplete = TRUNCATED[page.truncatedBy];
        else if (page.invalidCount > 0) incomplete = 'The list holds names that are not tags.';
      }
    } catch (error) {
      // A repository whose last tag went may be unknown to the list, and holds manifests all the same.
      if (!isRegistryError(error, 'not-found') || tags.length > 0) throw error;
    }
    return { tags, ...(incomplete !== undefined && { incomplete }) };
  },
  resolve: (reference, signal) => client.headManifest(name, reference, { signal }),
  async read(reference, signal) {
    try {
      return await client.getManifest(name, reference, { signal });
    } catch (error) {
      if (isRegistryError(error, 'not-found')) return undefined;
      throw error;
    }
  },
  async listReferrers(digest, signal) {
    // Without a tag to look for, the client asks the API alone.
    const report = await client.referrers(name, digest, { signal, knownTags: new Set() });
    const reason = report.incomplete[0]?.reason;
    const text = typeof reason === 'string' ? TRUNCATED[reason] : reason?.message;
    return {
      descriptors: report.referrers.map(({ descriptor }) => descriptor),
      isSupported: report.apiSupported,
      ...(text !== undefined && { incomplete: text }),
    };
  },
  hasBlob: async (digest, signal) =>
    (await client.headBlob(name, digest, { signal })) !== undefined,
  async put(reference, content, signal) {
    await client.putManifest(name, reference, content, { signal });
  },
  remove: (reference, signal) => client.deleteManifest(name, reference, { signal }),
  putBlob: (bytes, signal) => client.putBlob(name, bytes, { signal }),
});
