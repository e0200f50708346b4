import { Button } from '@mantine/core';
import { IconPackages, IconPlugConnected } from '@tabler/icons-react';
import type { LocalView } from '#contract/local';
import { ActionButton } from '#components/ActionButton';
import { ErrorState } from '#components/ErrorState';
import { ProgressBar } from '#components/ProgressBar';
import { localPercent, localProgressWords, notRunningReason } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { CodeBlock } from '../CodeBlock';
import { useSamples } from '../samples';
import classes from './EmptyBand.module.css';

const Adding = () => {
  const { state, stop } = useSamples();
  if (state.kind !== 'running') return null;
  const words = state.progress === undefined ? 'Beginning' : localProgressWords(state.progress);
  return (
    <div className={classes['adding']}>
      <span className={classes['words']}>{visibleText(words)}</span>
      <ProgressBar percent={localPercent(state.progress)} label="Adding sample images" />
      <Button size="compact-sm" onClick={stop}>
        Stop
      </Button>
    </div>
  );
};

const Actions = ({ local }: { readonly local: LocalView }) => {
  const add = useSamples(({ add }) => add);
  return (
    <div className={classes['actions']}>
      <ActionButton variant="filled" disabledReason={notRunningReason(local)} onClick={add}>
        Add sample images
      </ActionButton>
      <Button
        aria-haspopup="dialog"
        leftSection={<IconPlugConnected size={15} stroke={1.7} />}
        onClick={() => openLocalDialog('use-from')}
      >
        Use it from…
      </Button>
    </div>
  );
};

/** A registry without a repository: what to push, or samples to look at. It stays while samples are being added. */
export const EmptyBand = ({ local }: { readonly local: LocalView }) => {
  const state = useSamples(({ state }) => state);
  const isAdding = state.kind === 'running';
  if (local.repositoryCount !== 0 && !isAdding) return null;
  return (
    <section className={classes['root']} aria-labelledby="local-empty">
      <span className={classes['icon']} aria-hidden>
        <IconPackages size={32} stroke={1.3} />
      </span>
      <div className={classes['body']}>
        <h2 id="local-empty" className={classes['title']}>
          {isAdding ? 'Adding sample images' : 'A registry of your own, and empty'}
        </h2>
        <p className={classes['text']}>
          {isAdding
            ? 'Tagboat builds small images and pushes them like any client does.'
            : 'Push to it, or let Tagboat build a few small images: several platforms, an attestation, an SBOM, Docker’s older format, and one that wastes space.'}
        </p>
        {isAdding ? <Adding /> : <Actions local={local} />}
        {state.kind === 'failed' && <ErrorState variant="inline" error={state.error} />}
      </div>
      {!isAdding && (
        <CodeBlock
          title="Push something"
          text={`docker tag alpine ${local.host}/alpine\ndocker push ${local.host}/alpine`}
          copyLabel="Copy the commands"
        />
      )}
    </section>
  );
};
