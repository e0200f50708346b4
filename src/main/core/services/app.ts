import { randomUUID } from 'node:crypto';
import type { AppView, Notice, PickedFile } from '#contract/app';
import { ServiceFailure } from './failure';
import { untilAborted, type Handlers } from './handlers';
import { createValue } from './observable';

/** A file the user chose: its text stays in main, the window holds a handle. */
export type PickedText = {
  readonly name: string;
  readonly text: string;
  readonly sizeBytes: number;
  readonly subjects: readonly string[];
};

/** What only a desktop can do; the shell implements it. */
export type Desktop = {
  readonly copyText: (text: string) => void;
  readonly openLink: (url: string) => Promise<void>;
  readonly pickFile: (
    purpose: 'ca' | 'client-certificate' | 'client-key',
  ) => Promise<PickedText | null>;
};

/** Texts of chosen files by handle, for this run. */
export type PickedFiles = {
  readonly keep: (picked: PickedText) => PickedFile;
  readonly textOf: (handle: string) => string;
};

/** A chosen file is kept until the app closes; the oldest go first past this number. */
const maxPickedFiles = 64;

export const createPickedFiles = (): PickedFiles => {
  const texts = new Map<string, string>();
  return {
    keep: ({ name, text, sizeBytes, subjects }) => {
      const file = `file-${randomUUID()}`;
      texts.set(file, text);
      const oldest = texts.keys().next().value;
      if (texts.size > maxPickedFiles && oldest !== undefined) texts.delete(oldest);
      return { file, name, sizeBytes, subjects };
    },
    textOf: (handle) => {
      const text = texts.get(handle);
      if (text === undefined) {
        throw new ServiceFailure('input-invalid', 'The chosen file is gone; choose it again.');
      }
      return text;
    },
  };
};

/** Things the user should know about this run. */
export type Notices = {
  readonly add: (notice: Omit<Notice, 'id'>) => void;
  readonly dismiss: (id: string) => void;
  readonly watch: (listener: (notices: readonly Notice[]) => void) => () => void;
};

export const createNotices = (): Notices => {
  const notices = createValue<readonly Notice[]>([]);
  return {
    add: (notice) => notices.set([...notices.get(), { ...notice, id: randomUUID() }]),
    dismiss: (id) => notices.set(notices.get().filter((notice) => notice.id !== id)),
    watch: notices.watch,
  };
};

type AppPorts = {
  readonly desktop: Desktop;
  readonly notices: Notices;
  readonly files: PickedFiles;
  readonly view: () => Promise<AppView>;
};

type AppHandlers = Pick<Handlers, Extract<keyof Handlers, `app:${string}`>>;

export const createAppHandlers = ({ desktop, notices, files, view }: AppPorts): AppHandlers => ({
  'app:view': view,
  'app:notices': async (_request, { page, signal }) => {
    const stop = notices.watch(page);
    await untilAborted(signal);
    stop();
    return null;
  },
  'app:dismiss-notice': ({ noticeId }) => {
    notices.dismiss(noticeId);
    return null;
  },
  'app:copy-text': ({ text }) => {
    desktop.copyText(text);
    return null;
  },
  'app:open-link': async ({ url }) => {
    await desktop.openLink(url);
    return null;
  },
  'app:pick-file': async ({ purpose }) => {
    const picked = await desktop.pickFile(purpose);
    return picked && files.keep(picked);
  },
});
