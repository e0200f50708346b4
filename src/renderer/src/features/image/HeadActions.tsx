import { IconTagPlus, IconTrash } from '@tabler/icons-react';
import { IconAction } from '#components/IconAction';
import { noChangeReason } from '#lib/change-reasons';
import { useRegistry } from '#lib/use-registry';
import { type Action, useRegisterActions } from '#state/actions';
import { openAddTag, openPlan } from '#state/plans';
import { useTagsOn } from './use-image';
import type { ViewContext } from './view-context';

const notRead = 'The image is not read yet.';

/** What can be changed about the open image: one more name, or the end of it with all its known names. */
export const HeadActions = ({
  digest,
  context,
}: {
  readonly digest: string | undefined;
  readonly context: ViewContext;
}) => {
  const { place } = context;
  const registry = useRegistry(place.registryId);
  const tags = useTagsOn(place, digest);
  const reason =
    noChangeReason(registry, place.repository) ?? (digest === undefined ? notRead : undefined);
  const addTag = (): void => openAddTag(place, digest ?? '');
  const deleteImage = (): void =>
    openPlan(place, [{ kind: 'delete-image', digest: digest ?? '', tags: [...tags] }]);
  const actions: readonly Action[] = [
    {
      id: 'image.delete',
      title: 'Delete the open image with all its tags…',
      section: 'Image',
      keywords: 'remove digest',
      disabledReason: reason,
      run: deleteImage,
    },
  ];
  useRegisterActions(actions);
  return (
    <>
      <IconAction
        size="small"
        label="Add tag…"
        icon={<IconTagPlus size={16} stroke={1.7} />}
        disabledReason={reason}
        onClick={addTag}
      />
      <IconAction
        size="small"
        label="Delete image…"
        icon={<IconTrash size={16} stroke={1.7} />}
        disabledReason={reason}
        onClick={deleteImage}
      />
    </>
  );
};
