import { HintArea } from '#components/HintArea';
import { SkeletonRows } from '#components/SkeletonRows';
import { useLocal } from '#lib/local';
import classes from './LocalPage.module.css';
import { AccessCard } from './page/AccessCard';
import { EmptyBand } from './page/EmptyBand';
import { LiveCard } from './page/LiveCard';
import { PageHeader } from './page/PageHeader';
import { PageNotices } from './page/PageNotices';
import { RunningCard } from './page/RunningCard';
import { StorageCard } from './page/StorageCard';

/** The registry that Tagboat runs: its state, where its space goes, who can reach it, and what happens in it. */
export const LocalPage = () => {
  const local = useLocal();
  if (local === undefined) return <SkeletonRows count={8} label="Asking the local registry" />;
  return (
    <HintArea>
      <div className={classes['root']}>
        <div className={classes['page']}>
          <PageHeader local={local} />
          <PageNotices local={local} />
          <EmptyBand local={local} />
          <div className={classes['cards']}>
            <StorageCard local={local} />
            <div className={classes['column']}>
              <AccessCard local={local} />
              <RunningCard local={local} />
            </div>
          </div>
          <LiveCard />
        </div>
      </div>
    </HintArea>
  );
};
