import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { LocalView } from '#contract/local';
import type { LocalGuide } from '#contract/local-guide';
import { CopyButton } from '#components/CopyButton';
import { ErrorState } from '#components/ErrorState';
import { SkeletonRows } from '#components/SkeletonRows';
import { api, callOrThrow, toContractError } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { useLocal } from '#lib/local';
import { notRunningReason } from '#lib/local-words';
import { visibleText } from '#oci/text';
import { EngineTest } from './EngineTest';
import { Frame } from './Frame';
import { GuideSteps } from './GuideSteps';
import { Hint } from './parts';
import trustClasses from './TrustDialog.module.css';
import classes from './UseFromDialog.module.css';

const useGuides = (local: LocalView | undefined) =>
  useQuery({
    queryKey: [...queryKeys.localGuides, local?.host, local?.settings.tls, local?.settings.reach],
    queryFn: () => callOrThrow(api.local.guides({})),
    staleTime: 0,
    gcTime: 0,
  });

const Guide = ({ guide, canTest }: { readonly guide: LocalGuide; readonly canTest: boolean }) => (
  <div className={classes['guide']}>
    <div className={classes['address']}>
      <span className={classes['label']}>Address</span>
      <code>{visibleText(guide.address)}</code>
      <CopyButton text={guide.address} label={`Copy ${visibleText(guide.address)}`} />
    </div>
    {guide.why !== undefined && <Hint>{visibleText(guide.why)}</Hint>}
    {canTest && <EngineTest guide={guide} />}
    <GuideSteps steps={guide.steps} />
  </div>
);

const Guides = ({
  guides,
  canTest,
}: {
  readonly guides: readonly LocalGuide[];
  readonly canTest: boolean;
}) => (
  <Tabs
    defaultValue={(guides.find(({ engine }) => engine !== undefined) ?? guides[0])?.target ?? null}
    keepMounted={false}
  >
    <Tabs.List aria-label="Use it from" className={trustClasses['tabs'] ?? ''}>
      {guides.map(({ target, title }) => (
        <Tabs.Tab key={target} value={target}>
          {visibleText(title)}
        </Tabs.Tab>
      ))}
    </Tabs.List>
    {guides.map((guide) => (
      <Tabs.Panel key={guide.target} value={guide.target} className={trustClasses['panel'] ?? ''}>
        <Guide guide={guide} canTest={canTest} />
      </Tabs.Panel>
    ))}
  </Tabs>
);

/** The address as each tool sees it, how to push and pull with it, and a test where its engine is found. */
export const UseFromDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const local = useLocal();
  const { data: guides, error } = useGuides(local);
  const reason = notRunningReason(local);
  return (
    <Frame
      title="Use it from…"
      subtitle="Containers and clusters do not see 127.0.0.1 as this computer does; each has its own address."
      size={720}
      onClose={onClose}
      footer={
        <>
          {reason !== undefined && <span className={classes['off']}>{reason}</span>}
          <Button variant="filled" data-autofocus onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {error !== null && <ErrorState variant="inline" error={toContractError(error)} />}
      {guides === undefined && error === null && (
        <SkeletonRows count={8} label="Looking for engines" />
      )}
      {guides !== undefined && <Guides guides={guides} canTest={reason === undefined} />}
    </Frame>
  );
};
