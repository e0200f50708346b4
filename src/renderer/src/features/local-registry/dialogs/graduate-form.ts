import { type GraduateInput, graduateInputSchema } from '#contract/local-guide';

export type GraduateForm = {
  readonly release: GraduateInput['release'];
  readonly storage: 'folder' | 's3';
  readonly region: string;
  readonly bucket: string;
  readonly endpoint: string;
  readonly port: string;
  readonly hostName: string;
};

export type GraduateField = 'region' | 'bucket' | 'endpoint' | 'port' | 'hostName';

export const firstForm = (hostNames: readonly string[]): GraduateForm => ({
  release: 'registry:3',
  storage: 'folder',
  region: 'us-east-1',
  bucket: '',
  endpoint: '',
  port: '5055',
  hostName: hostNames.at(-1) ?? 'localhost',
});

const words: Readonly<Record<GraduateField, string>> = {
  region: 'Type the region, such as eu-central-1.',
  bucket: 'A bucket’s name has 3 to 63 characters.',
  endpoint: 'Type a URL that begins with http:// or https://, or leave it empty for AWS.',
  port: 'A port is a number from 1 to 65535.',
  hostName: 'Type the host name that clients will use.',
};

const isField = (name: unknown): name is GraduateField => typeof name === 'string' && name in words;

type Read =
  | { readonly input: GraduateInput; readonly problems: Readonly<Record<string, never>> }
  | {
      readonly input: undefined;
      readonly problems: Readonly<Partial<Record<GraduateField, string>>>;
    };

/** The request of a form, or what is wrong with which of its fields. */
export const readForm = (form: GraduateForm): Read => {
  const { release, hostName } = form;
  const endpoint = form.endpoint.trim();
  const storage =
    form.storage === 'folder'
      ? { kind: 'folder' }
      : {
          kind: 's3',
          region: form.region.trim(),
          bucket: form.bucket.trim(),
          ...(endpoint === '' ? {} : { endpoint }),
        };
  const port = /^\d{1,5}$/u.test(form.port.trim()) ? Number(form.port) : 0;
  const read = graduateInputSchema.safeParse({
    release,
    storage,
    port,
    hostName: hostName.trim(),
  });
  if (read.success) return { input: read.data, problems: {} };
  const problems: Partial<Record<GraduateField, string>> = {};
  for (const { path } of read.error.issues) {
    const name = path.at(-1);
    if (isField(name)) problems[name] = words[name];
  }
  return { input: undefined, problems };
};
