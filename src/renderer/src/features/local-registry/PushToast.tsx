import { Button } from '@mantine/core';
import { IconArrowBarToDown, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { localRegistryId } from '#contract/local';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { visibleText } from '#oci/text';
import { type Pushed, usePushes } from '#state/pushes';
import { useSelection } from '#state/selection';
import classes from './PushToast.module.css';

const shownMs = 12_000;

/** Opens the tag that was pushed last. */
export const showPushed = (pushed: Pushed): void => {
  usePushes.getState().hide();
  const { repository, tag } = pushed;
  useSelection.getState().selectRepository(localRegistryId, repository, tag);
};

const wordsOf = ({ repository, tag, client }: Pushed, count: number): string => {
  const name = `${visibleText(repository)}:${visibleText(tag)}`;
  const others = count > 1 ? ` and ${count - 1} more` : '';
  return `${name}${others} pushed by ${visibleText(client)}`;
};

/** Nobody has to hurry: the time runs only while neither the pointer nor the focus is on it. */
const HideInTime = ({ isHeld }: { readonly isHeld: boolean }) => {
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(() => usePushes.getState().hide(), shownMs);
    return () => clearTimeout(timer);
  }, [isHeld]);
  return null;
};

const Toast = ({ last, count }: { readonly last: Pushed; readonly count: number }) => {
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  return (
    <section aria-label="Pushed just now" className={classes['place']}>
      <div
        className={classes['toast']}
        role="presentation"
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
      >
        <HideInTime key={`${last.id} ${count}`} isHeld={isPointedAt || hasFocus} />
        <span className={classes['icon']} aria-hidden>
          <IconArrowBarToDown size={16} stroke={1.8} />
        </span>
        <span className={classes['text']}>
          <strong>
            {visibleText(last.repository)}:{visibleText(last.tag)}
          </strong>
          <span className={classes['who']}>
            {count > 1 ? `and ${count - 1} more · ` : ''}
            pushed by {visibleText(last.client)}
          </span>
        </span>
        <Button size="compact-sm" variant="subtle" onClick={() => showPushed(last)}>
          Show
        </Button>
        <IconAction
          size="small"
          label="Dismiss"
          icon={<IconX size={14} />}
          onClick={() => usePushes.getState().hide()}
        />
      </div>
    </section>
  );
};

/** Over the lower end of the middle when somebody else pushes to the local registry: what it was, and the way there. It takes no focus. */
export const PushToast = () => {
  const { last, count, isShown } = usePushes();
  const shown = isShown ? last : null;
  return (
    <>
      <LiveText text={shown === null ? '' : wordsOf(shown, count)} />
      {shown !== null && <Toast last={shown} count={count} />}
    </>
  );
};
