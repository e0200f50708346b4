import type { ChangeRequest as Asked } from '#contract/change';
import type { ChangeRequest } from '#core/cleanup/index';
import { parseDigest } from '#oci/digest';
import { parseTag } from '#oci/tag';

/** Reads what the window asks for. @throws OciError on a name that is no tag, or a digest that is none */
export const readChangeRequest = (asked: Asked): ChangeRequest => {
  switch (asked.kind) {
    case 'tag':
    case 'move-tag':
      return { kind: asked.kind, tag: parseTag(asked.tag), digest: parseDigest(asked.digest) };
    case 'rename-tag':
      return { kind: 'rename-tag', from: parseTag(asked.from), to: parseTag(asked.to) };
    case 'untag':
    case 'delete-tag':
      return { kind: asked.kind, tag: parseTag(asked.tag) };
    case 'delete-image': {
      const tags = asked.tags.map((tag) => parseTag(tag));
      return { kind: 'delete-image', digest: parseDigest(asked.digest), tags };
    }
    case 'delete-repository':
      return asked;
  }
};
