import { SegmentedControl } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocalActivity } from '#lib/local';
import { useNow } from '#lib/now';
import { ActivityList } from './ActivityList';
import { type ActivityFilter, filterWords, filters, shownEntries } from './activity-words';
import { Card } from './Card';
import classes from './LiveCard.module.css';
import { LogList } from './LogList';

const shows = [
  { value: 'activity', label: 'Activity' },
  { value: 'log', label: 'Log' },
];

const noneWords: Readonly<Record<ActivityFilter, string>> = {
  all: 'Nothing was pushed, pulled or deleted yet. It stands here the moment it happens.',
  push: 'No push yet.',
  pull: 'No pull yet.',
  delete: 'Nothing was deleted yet.',
};

/** What happens in the registry while it happens, and its log. */
export const LiveCard = () => {
  const [show, setShow] = useState('activity');
  const [filter, setFilter] = useState<ActivityFilter>('all');
  const all = useLocalActivity();
  const entries = useMemo(() => shownEntries(all, filter), [all, filter]);
  const now = useNow();
  return (
    <Card
      id="live"
      title="Live"
      icon={<IconActivity size={16} stroke={1.7} />}
      className={classes['root']}
      aside={
        <>
          {show === 'activity' && (
            <SegmentedControl
              size="xs"
              aria-label="Which activity"
              data={filters.map((value) => ({ value, label: filterWords[value] }))}
              value={filter}
              onChange={(value) => {
                const chosen = filters.find((one) => one === value);
                if (chosen !== undefined) setFilter(chosen);
              }}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="What is shown"
            data={shows}
            value={show}
            onChange={setShow}
          />
        </>
      }
    >
      {show === 'log' && <LogList now={now} />}
      {show === 'activity' &&
        (entries.length === 0 ? (
          <p className={classes['none']}>{noneWords[filter]}</p>
        ) : (
          <ActivityList entries={entries} now={now} />
        ))}
    </Card>
  );
};
