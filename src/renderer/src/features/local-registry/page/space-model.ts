import type { LocalSpaceReport } from '#contract/local';

type RepositorySpace = LocalSpaceReport['repositories'][number];

/** The colours of the chart, by what they stand for; `others` and `free` are greys. */
export type SpaceColor =
  'teal' | 'blue' | 'violet' | 'rose' | 'amber' | 'shared' | 'others' | 'uploads';

export type SpacePart = {
  readonly key: string;
  readonly label: string;
  readonly color: SpaceColor;
  readonly bytes: number;
};

const colors: readonly SpaceColor[] = ['teal', 'blue', 'violet', 'rose'];

/** As many repositories have a colour of their own. */
export const shownRepositories = colors.length;

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

const byName = new Intl.Collator('en', { numeric: true });

/** The biggest first: what would go with the repository, then what it shares, then its name. */
export const bySize = (repositories: readonly RepositorySpace[]): readonly RepositorySpace[] =>
  repositories.toSorted(
    (a, b) =>
      b.uniqueBytes - a.uniqueBytes ||
      b.sharedBytes - a.sharedBytes ||
      byName.compare(a.name, b.name),
  );

export type ColoredRepository = RepositorySpace & { readonly color: SpaceColor };

/** The repositories that have a line of their own. */
export const biggest = (report: LocalSpaceReport): readonly ColoredRepository[] =>
  bySize(report.repositories)
    .slice(0, shownRepositories)
    .map((repository, at) => ({ ...repository, color: colors[at] ?? 'others' }));

/**
 * What the whole is made of, in the order of the bar. Bytes that several repositories use are counted once, as a part of
 * their own: they are what is left when everything that belongs to one place is taken away.
 */
export const spaceParts = (report: LocalSpaceReport): readonly SpacePart[] => {
  const top = biggest(report);
  const { unreachableBytes, uploadBytes, totalBytes } = report;
  const uniqueBytes = sum(report.repositories.map((one) => one.uniqueBytes));
  const otherBytes = uniqueBytes - sum(top.map((one) => one.uniqueBytes));
  const sharedBytes = totalBytes - uniqueBytes - unreachableBytes - uploadBytes;
  const parts: readonly SpacePart[] = [
    ...top.map(({ name, color, uniqueBytes: bytes }) => ({
      key: `repository ${name}`,
      label: name,
      color,
      bytes,
    })),
    { key: 'others', label: 'Other repositories', color: 'others', bytes: otherBytes },
    { key: 'shared', label: 'Shared by repositories', color: 'shared', bytes: sharedBytes },
    { key: 'unreachable', label: 'No longer reachable', color: 'amber', bytes: unreachableBytes },
    { key: 'uploads', label: 'Unfinished uploads', color: 'uploads', bytes: uploadBytes },
  ];
  return parts.filter(({ bytes }) => bytes > 0);
};

export type GrowthPoint = {
  readonly at: string;
  readonly totalBytes: number;
  /** 0 to 1, from the left and from the bottom. */
  readonly x: number;
  readonly y: number;
};

/** Samples as points of a chart that begins at zero bytes and ends a tenth above the most. */
export const growthPoints = (growth: LocalSpaceReport['growth']): readonly GrowthPoint[] => {
  const samples = growth
    .map((sample) => ({ ...sample, time: Date.parse(sample.at) }))
    .filter(({ time }) => !Number.isNaN(time));
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.time <= first.time) return [];
  const most = Math.max(...samples.map(({ totalBytes }) => totalBytes), 1) * 1.1;
  return samples.map(({ at, time, totalBytes }) => ({
    at,
    totalBytes,
    x: (time - first.time) / (last.time - first.time),
    y: totalBytes / most,
  }));
};
