import { stat } from 'node:fs/promises';
import type { AppView } from '#contract/app';
import type { GraduateInput, Graduation } from '#contract/local-guide';
import type { Certificates } from '#core/certificates/index';
import type { GraduationSource } from '#core/graduate/index';
import type { LocalRuntime } from '#core/local-runtime/index';
import { ServiceFailure } from './failure';
import type { Handlers } from './handlers';
import type { Places } from './local-places';
import type { LocalWork } from './local-work';

type GraduateHandlers = Pick<Handlers, 'local:preview-graduation' | 'local:graduate'>;

type Ports = {
  readonly runtime: LocalRuntime;
  readonly certificates: Certificates;
  readonly platform: AppView['platform'];
  readonly places: Places;
  readonly work: LocalWork;
};

/** A folder with which CNCF's `registry` goes on where the local registry is. Nothing is started or stopped. */
export const createLocalGraduateHandlers = (ports: Ports): GraduateHandlers => ({
  'local:preview-graduation': async (input) => {
    const { planGraduation } = await import('#core/graduate/index');
    const { files, ...words } = planGraduation(input, await sourceOf(ports));
    return { ...words, files: files.map(viewOfFile) };
  },
  'local:graduate': async ({ place, input }, sink) => {
    const { path } = ports.places.take(place, 'graduate');
    const title = 'Writing a folder for registry';
    return ports.work({ title, unit: 'steps' }, sink, async ({ signal, progress }) => {
      const { GraduationProblem, planGraduation, writeGraduation } =
        await import('#core/graduate/index');
      const plan = planGraduation(input, await writableSourceOf(ports, input, path));
      try {
        await writeGraduation(path, plan, {
          signal,
          progress: (state) => progress({ ...state, unit: 'steps' }),
        });
      } catch (error) {
        if (!(error instanceof GraduationProblem)) throw error;
        throw new ServiceFailure('storage-failed', error.message, { field: 'place' });
      }
      return { folder: path };
    });
  },
});

type PlannedFile = {
  readonly name: string;
  readonly content?: string;
  readonly isSecret: boolean;
  readonly note: string;
};

const viewOfFile = ({
  name,
  content,
  isSecret,
  note,
}: PlannedFile): Graduation['files'][number] => ({
  name,
  note,
  ...(isSecret || content === undefined ? {} : { text: content }),
});

/** The local registry as it is, as far as the files depend on it. */
const sourceOf = async ({ runtime, platform }: Ports): Promise<GraduationSource> => {
  const { settings, folder } = runtime.state();
  const owner = await stat(folder).catch(() => undefined);
  return {
    platform,
    storageFolder: folder,
    ...(owner === undefined || platform === 'win32'
      ? {}
      : { owner: { uid: owner.uid, gid: owner.gid } }),
    htpasswd: runtime.htpasswd(),
    tls: settings.tls,
    canDelete: settings.canDelete,
    readOnly: settings.readOnly,
    webhookUrl: settings.webhookUrl,
  };
};

/** With the folder, and a certificate that is given away with it. */
const writableSourceOf = async (
  ports: Ports,
  { hostName }: GraduateInput,
  targetFolder: string,
): Promise<GraduationSource> => {
  const source = { ...(await sourceOf(ports)), targetFolder };
  if (!source.tls) return source;
  const names = [...new Set([hostName, 'localhost', '127.0.0.1', '::1'])];
  const { certificatePem, keyPem, expiresAt, authority } = await ports.certificates.issue(names);
  return {
    ...source,
    certificate: { certificatePem, keyPem, expiresAt, caPem: authority.certificatePem },
  };
};
