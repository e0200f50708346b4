import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron';
import type { PlacePurpose } from '#contract/local';

const folder = (title: string, buttonLabel: string): OpenDialogOptions => ({
  title,
  buttonLabel,
  properties: ['openDirectory', 'createDirectory'],
});
const archives = [{ name: 'Archives', extensions: ['tar'] }];

const openDialogs: Record<Exclude<PlacePurpose, 'backup-archive'>, OpenDialogOptions> = {
  storage: folder('Choose the storage folder of the local registry', 'Choose'),
  'backup-folder': folder('Choose the folder to back up to', 'Back up here'),
  'restore-folder': folder('Choose the backup to restore', 'Choose'),
  graduate: folder('Choose an empty folder for the files', 'Choose'),
  'restore-archive': {
    title: 'Choose the backup to restore',
    properties: ['openFile'],
    filters: [...archives, { name: 'All files', extensions: ['*'] }],
  },
};

/** Asks for a folder or an archive: its path, or null when the dialog was closed. */
export const pickPlace = async (
  parent: BrowserWindow | undefined,
  purpose: PlacePurpose,
): Promise<string | null> => {
  if (purpose === 'backup-archive') return pickNewArchive(parent);
  const options = openDialogs[purpose];
  const { canceled, filePaths } = parent
    ? await dialog.showOpenDialog(parent, options)
    : await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
};

const pickNewArchive = async (parent: BrowserWindow | undefined): Promise<string | null> => {
  const options = {
    title: 'Back up to an archive',
    defaultPath: `tagboat-registry-${new Date().toISOString().slice(0, 10)}.tar`,
    filters: archives,
  };
  const { canceled, filePath } = parent
    ? await dialog.showSaveDialog(parent, options)
    : await dialog.showSaveDialog(options);
  return canceled || filePath === '' ? null : filePath;
};
