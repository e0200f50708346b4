import { Button } from '@mantine/core';
import { IconPlus, IconServer2 } from '@tabler/icons-react';
import { Suspense, lazy } from 'react';
import { localRegistryId } from '#contract/local';
import { UndoBar } from '../features/changes/UndoBar';
import { PushToast } from '../features/local-registry/PushToast';
import { RegistryOverview } from '../features/registries/RegistryOverview';
import { TagArea } from '../features/tags/TagArea';
import { EmptyState } from '#components/EmptyState';
import { ErrorState } from '#components/ErrorState';
import { Kbd } from '#components/Kbd';
import { useRegistries } from '#lib/live';
import { useLocal } from '#lib/local';
import { useDialogs } from '#state/dialogs';
import { useSelection } from '#state/selection';
import { ErrorBoundary } from './ErrorBoundary';
import classes from './MiddleArea.module.css';
import { Notices } from './Notices';

const LocalPage = lazy(async () => ({
  default: (await import('../features/local-registry/LocalPage')).LocalPage,
}));

const FirstRun = () => {
  const openDialog = useDialogs((state) => state.openDialog);
  return (
    <EmptyState
      icon={<IconServer2 size={36} stroke={1.3} />}
      title="Add your first registry"
      actions={
        <Button
          variant="filled"
          leftSection={<IconPlus size={15} />}
          onClick={() => openDialog({ kind: 'add-registry' })}
        >
          Add registry…
        </Button>
      }
    >
      Docker Hub, a Docker Registry, Harbor, GitLab, ECR or any other that speaks the OCI
      distribution API. Tagboat looks, and needs no container engine. <Kbd shortcut="Mod+K" /> leads
      everywhere.
    </EmptyState>
  );
};

/** Without a repository, or while it does not run, the local registry shows its page. */
const LocalArea = ({ repository }: { readonly repository: string | null }) => {
  const state = useLocal()?.state.kind;
  const isDown = state === 'off' || state === 'failed' || state === 'stopping';
  if (repository !== null && !isDown) {
    return (
      <TagArea
        key={`${localRegistryId}/${repository}`}
        registryId={localRegistryId}
        repository={repository}
      />
    );
  }
  return (
    <Suspense fallback={null}>
      <LocalPage />
    </Suspense>
  );
};

const Area = () => {
  const { value: registries, isPending, error, refetch } = useRegistries();
  const registryId = useSelection((state) => state.registryId);
  const repository = useSelection((state) => state.repository);
  if (error !== undefined) return <ErrorState error={error} onRetry={refetch} />;
  if (isPending) return null;
  const registry = registries.find(({ id }) => id === registryId);
  if (registries.length === 0) return <FirstRun />;
  if (registry === undefined) {
    return (
      <EmptyState icon={<IconServer2 size={36} stroke={1.3} />} title="No registry selected">
        Choose one on the left.
      </EmptyState>
    );
  }
  if (registry.isLocal) return <LocalArea repository={repository} />;
  if (repository === null) return <RegistryOverview registry={registry} />;
  return (
    <TagArea
      key={`${registry.id}/${repository}`}
      registryId={registry.id}
      repository={repository}
    />
  );
};

/** The middle of the window: the tags of the open repository, else the registry, else the first step. */
export const MiddleArea = () => {
  const registryId = useSelection((state) => state.registryId);
  const repository = useSelection((state) => state.repository);
  return (
    <>
      <Notices />
      <div className={classes['area']}>
        <ErrorBoundary resetKey={`${registryId ?? ''}/${repository ?? ''}`}>
          <Area />
        </ErrorBoundary>
      </div>
      <PushToast />
      <UndoBar />
    </>
  );
};
