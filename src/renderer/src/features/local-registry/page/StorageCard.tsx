import { Button } from '@mantine/core';
import { IconDatabase, IconFolderOpen, IconRecycle } from '@tabler/icons-react';
import { useState } from 'react';
import type { LocalSpaceReport, LocalView } from '#contract/local';
import { ActionButton } from '#components/ActionButton';
import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { ProgressBar } from '#components/ProgressBar';
import { SkeletonRows } from '#components/SkeletonRows';
import { useLocalSpace } from '#lib/local';
import { localPercent, localProgressWords, notRunningReason, usedWords } from '#lib/local-words';
import { useNow } from '#lib/now';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { openLocalFolder } from '#state/local-control';
import { Card } from './Card';
import { GrowthChart } from './GrowthChart';
import { SpaceBar } from './SpaceBar';
import { spaceParts } from './space-model';
import { SpaceTable, spaceRows } from './SpaceTable';
import classes from './StorageCard.module.css';
import spaceClasses from './Space.module.css';

const Report = ({
  report,
  limitBytes,
}: {
  readonly report: LocalSpaceReport;
  readonly limitBytes: number | null;
}) => {
  const now = useNow();
  return (
    <>
      <SpaceBar
        parts={spaceParts(report)}
        wholeBytes={Math.max(limitBytes ?? 0, report.totalBytes, 1)}
      />
      <SpaceTable report={report} />
      <GrowthChart growth={report.growth} now={now} />
    </>
  );
};

const isEmpty = ({ repositories, unreachableBytes, uploadBytes }: LocalSpaceReport): boolean =>
  repositories.length === 0 && unreachableBytes + uploadBytes === 0;

/** Counting reads every manifest once: with an older report it goes unnoticed, without one it is shown. */
const Space = ({ local }: { readonly local: LocalView }) => {
  const isRunning = notRunningReason(local) === undefined;
  const space = useLocalSpace(isRunning);
  // The cache entry carries the report; while the registry is off the last one still tells where the space goes.
  const [kept, setKept] = useState<LocalSpaceReport | undefined>();
  if (space.end !== undefined && space.end !== kept) setKept(space.end);
  const report = space.end ?? kept;
  if (report !== undefined && isEmpty(report)) {
    return <p className={classes['quiet']}>Nothing is stored yet.</p>;
  }
  if (report !== undefined)
    return <Report report={report} limitBytes={local.settings.limitBytes} />;
  if (space.error !== undefined) {
    return <ErrorState variant="inline" error={space.error} onRetry={space.refetch} />;
  }
  if (!isRunning) {
    return <p className={classes['quiet']}>Where the space goes is counted while it runs.</p>;
  }
  const words = space.value === undefined ? 'Counting' : localProgressWords(space.value);
  return (
    <>
      <div className={spaceClasses['counting']}>
        <span>{words}</span>
        <ProgressBar percent={localPercent(space.value)} label="Counting where the space goes" />
      </div>
      <SkeletonRows count={spaceRows} label="Counting where the space goes" />
    </>
  );
};

const Folder = ({ folder }: { readonly folder: string }) => (
  <div className={classes['folder']}>
    <span className={classes['path']} data-hint={visibleText(folder)}>
      {visibleText(folder)}
    </span>
    <CopyButton text={folder} label="Copy the folder's path" />
  </div>
);

/** The folder, how full it is and where the space goes, and what brings some of it back. */
export const StorageCard = ({ local }: { readonly local: LocalView }) => (
  <Card
    id="storage"
    title="Storage"
    icon={<IconDatabase size={16} stroke={1.7} />}
    className={classes['root']}
    aside={
      <>
        <span>{usedWords(local)}</span>
        <Button
          size="compact-sm"
          aria-haspopup="dialog"
          aria-label="Storage limit"
          onClick={() => openLocalDialog('limit')}
        >
          Limit…
        </Button>
      </>
    }
  >
    <Space local={local} />
    <div className={classes['foot']}>
      <ActionButton
        variant="filled"
        aria-haspopup="dialog"
        leftSection={<IconRecycle size={15} stroke={1.8} />}
        disabledReason={notRunningReason(local)}
        onClick={() => openLocalDialog('collect')}
      >
        Preview garbage collection
      </ActionButton>
      <Button leftSection={<IconFolderOpen size={15} stroke={1.7} />} onClick={openLocalFolder}>
        Open folder
      </Button>
      <Button aria-haspopup="dialog" onClick={() => openLocalDialog('folder')}>
        Move…
      </Button>
      <Folder folder={local.folder} />
    </div>
  </Card>
);
