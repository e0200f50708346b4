import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { clipboard, dialog, shell, type BrowserWindow } from 'electron';
import type { Desktop, PickedText } from '#core/services/app';
import { ServiceFailure } from '#core/services/failure';
import type { FolderDesktop } from '#core/services/local-folder';
import { pickPlace } from './pick-place';

const maxPemBytes = 256 * 1024;

const titles = {
  ca: 'Choose the certificate of the authority (PEM)',
  'client-certificate': 'Choose the client certificate (PEM)',
  'client-key': 'Choose the key of the client certificate (PEM)',
} as const;

/** What only the desktop can do, behind the port that the services know. */
export const createDesktop = (
  window: () => BrowserWindow | undefined,
): Desktop & FolderDesktop => ({
  pickPlace: (purpose) => pickPlace(window(), purpose),
  openFolder: async (path) => {
    const problem = await shell.openPath(path);
    if (problem !== '') {
      throw new ServiceFailure('storage-failed', `${path} could not be opened: ${problem}`);
    }
  },
  copyText: (text) => void clipboard.writeText(text),
  openLink: async (url) => {
    const choice = await dialog.showMessageBox({
      type: 'question',
      message: 'Open this page in the browser?',
      detail: url,
      buttons: ['Open', 'Cancel'],
      defaultId: 0,
      cancelId: 1,
    });
    // The contract lets only https through, and the user has just read where it goes.
    if (choice.response === 0) await shell.openExternal(url);
  },
  pickFile: async (purpose) => {
    const parent = window();
    const options = {
      title: titles[purpose],
      properties: ['openFile' as const],
      filters: [
        { name: 'PEM', extensions: ['pem', 'crt', 'cer', 'cert', 'key'] },
        { name: 'All files', extensions: ['*'] },
      ],
    };
    const chosen = parent
      ? await dialog.showOpenDialog(parent, options)
      : await dialog.showOpenDialog(options);
    const path = chosen.filePaths[0];
    return chosen.canceled || path === undefined ? null : readPem(path, purpose);
  },
});

const readPem = async (path: string, purpose: keyof typeof titles): Promise<PickedText> => {
  const { size } = await stat(path);
  if (size > maxPemBytes) {
    throw new ServiceFailure('input-invalid', `${basename(path)} is too large for a PEM file.`);
  }
  const text = await readFile(path, 'utf8');
  if (!text.includes('-----BEGIN ')) {
    throw new ServiceFailure(
      'input-invalid',
      `${basename(path)} is not in PEM form: it has no line "-----BEGIN …".`,
    );
  }
  const subjects = purpose === 'client-key' ? [] : certificateSubjects(text, basename(path));
  return { name: basename(path), text, sizeBytes: size, subjects };
};

const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu;

const certificateSubjects = (text: string, name: string): string[] => {
  const blocks = text.match(certificatePattern) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block).subject.replaceAll('\n', ', '));
  } catch {
    throw new ServiceFailure('input-invalid', `${name} holds a certificate that cannot be read.`);
  }
};
