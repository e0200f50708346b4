import { Button, Modal, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { ActionButton } from '#components/ActionButton';
import { clipDigest, shortDigest } from '#lib/digest-text';
import { useRegistry } from '#lib/use-registry';
import { visibleText } from '#oci/text';
import type { NameUse } from './name-check';
import type { NameTagKind } from './name-tag';
import { useNaming } from './use-naming';
import classes from './NameTagDialog.module.css';

const meanings: Readonly<Record<NameUse['kind'], string>> = {
  unknown: '',
  asking: 'Asking whether the name is free',
  free: 'The name is free.',
  taken: 'It is on this image already; only the old name goes.',
};

const isMove = ({ purpose, digest }: NameTagKind, use: NameUse): boolean =>
  purpose === 'tag' && use.kind === 'taken' && use.digest !== digest;

/** What the name means at the moment. The line is always there, so that typing moves nothing. */
const UseLine = ({
  asked,
  name,
  use,
}: {
  readonly asked: NameTagKind;
  readonly name: string;
  readonly use: NameUse;
}) => {
  if (use.kind !== 'taken' || !isMove(asked, use)) {
    return <output className={classes['use']}>{meanings[use.kind]}</output>;
  }
  return (
    <output className={classes['use']} data-kind="move">
      <span>
        Moves <strong>{name}</strong> from the image it is on. Nothing is deleted.
      </span>
      <span className={classes['move']}>
        <code>{clipDigest(use.digest)}</code>
        <IconArrowRight size={14} stroke={1.8} aria-hidden />
        <span className="tb-visually-hidden">to</span>
        <code>{clipDigest(asked.digest)}</code>
      </span>
    </output>
  );
};

const titleOf = ({ purpose, tag, digest }: NameTagKind): string =>
  purpose === 'rename'
    ? `Rename ${visibleText(tag ?? '')}`
    : `Add a tag to image ${shortDigest(digest)}`;

const goOnWords = (asked: NameTagKind, use: NameUse): string => {
  if (asked.purpose === 'rename') return 'Show the plan to rename';
  return isMove(asked, use) ? 'Show the plan to move' : 'Show the plan';
};

/** Asks for a tag's name, says what it means, and goes on to the plan. */
export const NameTagDialog = ({
  asked,
  onClose,
}: {
  readonly asked: NameTagKind;
  readonly onClose: () => void;
}) => {
  const { purpose, registryId, repository } = asked;
  const registry = useRegistry(registryId);
  const naming = useNaming(asked);
  const place = `${visibleText(registry?.host ?? '')}/${visibleText(repository)}`;
  return (
    <Modal opened onClose={onClose} title={titleOf(asked)} size={480}>
      <form className={classes['form']} onSubmit={naming.submit} noValidate>
        <TextInput
          label={purpose === 'rename' ? 'New name' : 'Tag'}
          description={`In ${place}. The plan comes first.`}
          placeholder="1.8.3"
          value={naming.typed}
          error={naming.problem}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
          maxLength={512}
          classNames={{ input: classes['input'] ?? '' }}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => naming.type(event.currentTarget.value)}
        />
        {naming.problem === undefined && (
          <UseLine asked={asked} name={naming.name} use={naming.use} />
        )}
        <div className={classes['buttons']}>
          <Button onClick={onClose}>Cancel</Button>
          <ActionButton type="submit" variant="filled" disabledReason={naming.notYet}>
            {goOnWords(asked, naming.use)}
          </ActionButton>
        </div>
      </form>
    </Modal>
  );
};
