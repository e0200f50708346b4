import type { GuideStep } from '#core/local-guides/index';

/** What a person chooses. */
export type GraduationInput = {
  readonly release: 'registry:2' | 'registry:3';
  readonly storage:
    | { readonly kind: 'folder' }
    | {
        readonly kind: 's3';
        readonly region: string;
        readonly bucket: string;
        /** For MinIO and others. */
        readonly endpoint?: string | undefined;
      };
  readonly port: number;
  /** The name under which clients will call it. */
  readonly hostName: string;
};

/** The local registry as it is. */
export type GraduationSource = {
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Absolute. */
  readonly storageFolder: string;
  /** Absolute; where the files go. Not known while they are only shown. */
  readonly targetFolder?: string;
  /** Whose files the storage folder has; absent on Windows. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** htpasswd text without the app's own user; empty without users. */
  readonly htpasswd: string;
  readonly tls: boolean;
  /** For `hostName`; not needed while the files are only shown. */
  readonly certificate?: {
    /** The server's certificate and then the authority's. */
    readonly certificatePem: string;
    readonly keyPem: string;
    readonly caPem: string;
    /** ISO 8601. */
    readonly expiresAt: string;
  };
  readonly canDelete: boolean;
  readonly readOnly: boolean;
  readonly webhookUrl: string | null;
};

export type GraduationFile = {
  /** Below the target folder, with forward slashes. */
  readonly name: string;
  /** Absent while it is not known yet. */
  readonly content?: string;
  /** Nobody but the owner may read it, and it is never shown. */
  readonly isSecret: boolean;
  readonly note: string;
};

export type GraduationPlan = {
  readonly files: readonly GraduationFile[];
  readonly changes: readonly string[];
  readonly staysTheSame: readonly string[];
  readonly nextSteps: readonly GuideStep[];
};

/** A plan and what it was made from, as every part of it needs them. */
export type Graduating = { readonly input: GraduationInput; readonly source: GraduationSource };

export const hasUsers = ({ source }: Graduating): boolean => source.htpasswd.trim() !== '';

/** Only with users and TLS does it listen beyond this machine (trap 52). */
export const isOpenToNetwork = (graduating: Graduating): boolean =>
  hasUsers(graduating) && graduating.source.tls;

export const targetFolder = ({ source }: Graduating): string =>
  source.targetFolder ?? '/srv/registry';

/** How clients write it: without users and TLS only this machine reaches it. */
export const newAddress = (graduating: Graduating): string =>
  `${isOpenToNetwork(graduating) ? graduating.input.hostName : '127.0.0.1'}:${graduating.input.port}`;

/** Where the files are in the container; config.yml names these. */
export const inContainer = {
  storage: '/var/lib/registry',
  htpasswd: '/etc/registry/htpasswd',
  certs: '/etc/registry/certs',
  certificate: '/etc/registry/certs/registry.crt',
  key: '/etc/registry/certs/registry.key',
} as const;

/** Where each release looks for its configuration. */
export const configPath = {
  'registry:2': '/etc/docker/registry/config.yml',
  'registry:3': '/etc/distribution/config.yml',
} as const;
