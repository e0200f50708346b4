import type { PlacePurpose } from '#contract/local';
import type { LocalRuntime } from '#core/local-runtime/index';
import type { Clients } from './clients';
import type { Handlers } from './handlers';
import { localRegistryId } from '#contract/local';
import type { Places } from './local-places';
import { viewOfLocal } from './local-view';
import type { LocalWork } from './local-work';

type FolderHandlers = Pick<
  Handlers,
  | `local:${'pick-place' | 'open-folder' | 'change-folder' | 'back-up' | 'restore'}`
  | 'local:add-samples'
>;

/** What only a desktop can do about folders. */
export type FolderDesktop = {
  /** Lets the user choose a folder or an archive; null when the dialog was closed. */
  readonly pickPlace: (purpose: PlacePurpose) => Promise<string | null>;
  /** Shows a folder in the system's file browser. */
  readonly openFolder: (path: string) => Promise<void>;
};

type Ports = {
  readonly runtime: LocalRuntime;
  readonly clients: Clients;
  readonly desktop: FolderDesktop;
  readonly places: Places;
  readonly work: LocalWork;
};

/** The storage folder: which one, what else is put into it, and copies of it. */
export const createLocalFolderHandlers = ({
  runtime,
  clients,
  desktop,
  places,
  work,
}: Ports): FolderHandlers => ({
  'local:pick-place': async ({ purpose }) => {
    const path = await desktop.pickPlace(purpose);
    return path === null ? null : places.keep({ purpose, path });
  },
  'local:open-folder': async () => {
    await desktop.openFolder(runtime.state().folder);
    return null;
  },
  'local:change-folder': async ({ place, how }, sink) => {
    const { path } = places.take(place, 'storage');
    const title =
      how === 'move' ? 'Moving the local registry' : 'Changing the local registry’s folder';
    return work({ title, unit: 'bytes' }, sink, async (options) =>
      viewOfLocal(await runtime.changeFolder(path, how, options)),
    );
  },
  'local:back-up': async ({ place }, sink) => {
    const target = backupPlace(places.take(place, 'backup-folder', 'backup-archive'));
    const title = 'Backing up the local registry';
    return work({ title, unit: 'bytes' }, sink, (options) => runtime.backUp(target, options));
  },
  'local:restore': async ({ place }, sink) => {
    const source = backupPlace(places.take(place, 'restore-folder', 'restore-archive'));
    const title = 'Restoring the local registry';
    return work({ title, unit: 'bytes' }, sink, (options) => runtime.restore(source, options));
  },
  'local:add-samples': (_request, sink) =>
    work({ title: 'Adding sample images', unit: 'bytes' }, sink, async (options) => {
      const { addSampleImages } = await import('#core/sample-images/index');
      const client = await clients.of(localRegistryId);
      return addSampleImages(client, options);
    }),
});

const backupPlace = ({
  purpose,
  path,
}: {
  purpose: PlacePurpose;
  path: string;
}): { kind: 'folder' | 'archive'; path: string } => ({
  kind: purpose.endsWith('archive') ? 'archive' : 'folder',
  path,
});
