import type {
  CheckReport,
  CollectionReport,
  SpaceReport as Space,
} from '#core/local-registry/index';
import type { Check, Collection, SpaceReport } from '../reports';

/** Rows of a list that cross to the window; the counts are of all. */
const maxRows = 1000;

const duration = (report: { startedAt: string; endedAt: string }): number =>
  Math.max(0, Date.parse(report.endedAt) - Date.parse(report.startedAt));

export function toCollection(report: CollectionReport): Collection {
  return {
    isPreview: report.isDryRun,
    freedBytes: report.freedBytes,
    durationMs: duration(report),
    isInterrupted: report.isInterrupted,
    manifests: largest(report.manifests),
    blobs: largest(report.blobs),
    manifestCount: report.manifests.length,
    blobCount: report.blobs.length,
    uploadCount: report.uploads.length,
    repositories: report.repositories.slice(0, maxRows),
    keptBytes: report.kept.blobBytes,
  };
}

const largest = <Row extends { sizeBytes: number }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((left, right) => right.sizeBytes - left.sizeBytes).slice(0, maxRows);

export function toCheck(report: CheckReport): Check {
  const problems = report.problems.filter(({ severity }) => severity === 'problem');
  const notes = report.problems.filter(({ severity }) => severity === 'note');
  return {
    isDeep: report.isDeep,
    durationMs: duration(report),
    counts: report.counts,
    problems: [...problems, ...notes].slice(0, maxRows).map(({ kind: _kind, ...row }) => row),
    problemCount: problems.length,
    noteCount: notes.length,
  };
}

export function toSpace(report: Space): SpaceReport {
  const { countedAt, repositories, unreachableBytes, uploadBytes, totalBytes, growth } = report;
  return { countedAt, repositories, unreachableBytes, uploadBytes, totalBytes, growth };
}
