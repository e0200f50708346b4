import { useQuery } from '@tanstack/react-query';
import type { Notice } from '#contract/app';
import type { ChangeView } from '#contract/change';
import type { RegistryView } from '#contract/registry';
import type { RepositoryListEnd, RepositoryPage } from '#contract/repository';
import type { TaskView } from '#contract/task';
import { api } from './api';
import { queryKeys } from './keys';
import {
  type StreamQuery,
  type StreamQueryResult,
  type Streamed,
  streamQueryOptions,
  useLiveQuery,
  useStreamQuery,
} from './stream-query';

const noRegistries: readonly RegistryView[] = [];
const noNotices: readonly Notice[] = [];
const noTasks: readonly TaskView[] = [];
const noChanges: readonly ChangeView[] = [];
const noNames: readonly string[] = [];

/** All registries, as main tells them at every change. */
export const useRegistries = (): StreamQueryResult<readonly RegistryView[], null> =>
  useLiveQuery({
    queryKey: queryKeys.registries,
    method: api.registry.watch,
    initial: noRegistries,
  });

/** What the user should know about this run. */
export const useNotices = (): readonly Notice[] =>
  useLiveQuery({ queryKey: queryKeys.notices, method: api.app.notices, initial: noNotices }).value;

/** Tasks, newest first. */
export const useTasks = (): readonly TaskView[] =>
  useLiveQuery({ queryKey: queryKeys.tasks, method: api.task.watch, initial: noTasks }).value;

/** The journal of changes, newest first. */
export const useChanges = (): StreamQueryResult<readonly ChangeView[], null> =>
  useLiveQuery({ queryKey: queryKeys.changes, method: api.change.watch, initial: noChanges });

type RepositoriesQuery = StreamQuery<
  { registryId: string },
  RepositoryPage,
  RepositoryListEnd,
  readonly string[]
>;

const mergeNames = (
  names: readonly string[],
  pages: readonly RepositoryPage[],
): readonly string[] => [
  ...new Set([...names, ...pages.flatMap(({ repositories }) => repositories)]),
];

/** The names of a registry's repositories, each once, in the order they came. */
export const repositoriesQuery = (registryId: string): RepositoriesQuery => ({
  queryKey: queryKeys.repositories(registryId),
  method: api.repository.list,
  request: { registryId },
  initial: noNames,
  merge: mergeNames,
});

/** Reads the catalog of a registry, page by page. */
export const useRepositories = (
  registryId: string,
): StreamQueryResult<readonly string[], RepositoryListEnd> =>
  useStreamQuery(repositoriesQuery(registryId));

export type KnownCount = { readonly count: number; readonly isComplete: boolean };

const toCount = ({ value, isComplete }: Streamed<readonly string[], unknown>): KnownCount => ({
  count: value.length,
  isComplete,
});

/** How many repositories are known, without asking the registry; undefined when its catalog was not read in this run. */
export const useRepositoryCount = (registryId: string): KnownCount | undefined =>
  useQuery({
    ...streamQueryOptions(repositoriesQuery(registryId)),
    enabled: false,
    select: toCount,
  }).data;

const toNames = ({ value }: Streamed<readonly string[], unknown>): readonly string[] => value;

/** The repositories that are known by now, without asking the registry. */
export const useKnownRepositories = (registryId: string): readonly string[] =>
  useQuery({
    ...streamQueryOptions(repositoriesQuery(registryId)),
    enabled: false,
    select: toNames,
  }).data ?? noNames;
