import { z } from 'zod';

/** 0 is not taken: an address that changes at each start is of no use in a reference. 5000 is AirPlay's on macOS. */
export const portSchema = z.number().int().min(1).max(65_535);

/** A host name or IP address for the certificate. */
export const hostNameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[0-9A-Za-z.:-]+$/u);

/** A command to copy, or a file to write or change, with what it is for. Nothing is applied by Tagboat. */
export type GuideStep = {
  readonly title: string;
  readonly kind: 'command' | 'file' | 'diff' | 'text';
  /** The file that `text` belongs in. */
  readonly path?: string;
  readonly text: string;
  readonly note?: string;
};

export const guideTargetSchema = z.enum([
  'docker',
  'podman',
  'nerdctl',
  'kind',
  'minikube',
  'compose',
]);
export type GuideTarget = z.infer<typeof guideTargetSchema>;

/** "Use it from…": the address as that tool sees it, and how to push and pull with it. */
export type LocalGuide = {
  readonly target: GuideTarget;
  readonly title: string;
  /** host:port as this tool has to write it. */
  readonly address: string;
  /** Why the address is what it is, where it is not the page's. */
  readonly why?: string;
  readonly steps: readonly GuideStep[];
  /** The engine's socket when one was found: the button that tests it. */
  readonly engine?: { readonly name: string; readonly socket: string };
};

export const trustTargetSchema = z.enum(['docker', 'podman', 'linux', 'macos', 'windows']);
export type TrustTarget = z.infer<typeof trustTargetSchema>;

export type TrustGuide = {
  readonly target: TrustTarget;
  readonly title: string;
  readonly steps: readonly GuideStep[];
};

export type LocalTrust = {
  readonly caPem: string;
  readonly caFingerprint: string;
  /** ISO 8601. */
  readonly caExpiresAt: string;
  readonly guides: readonly TrustGuide[];
};

/** What is reachable from where, said before it is switched on. */
export type LocalExposure = {
  /** Addresses under which others would see it. */
  readonly addresses: readonly string[];
  readonly sentences: readonly string[];
  /** What has to be done before it can be switched on; empty when it can. */
  readonly missing: readonly ('user' | 'tls')[];
};

export const graduateInputSchema = z.strictObject({
  release: z.enum(['registry:2', 'registry:3']),
  storage: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('folder') }),
    z.strictObject({
      kind: z.literal('s3'),
      region: z.string().min(1).max(64),
      bucket: z.string().min(3).max(63),
      /** For MinIO and others. */
      endpoint: z
        .url({ protocol: /^https?$/u })
        .max(2048)
        .optional(),
    }),
  ]),
  port: portSchema,
  hostName: hostNameSchema,
});
export type GraduateInput = z.infer<typeof graduateInputSchema>;

export type Graduation = {
  readonly files: readonly {
    readonly name: string;
    /** Absent where a file holds a secret. */
    readonly text?: string;
    readonly note: string;
  }[];
  readonly changes: readonly string[];
  readonly staysTheSame: readonly string[];
  readonly nextSteps: readonly GuideStep[];
};

export type EngineTestStep = {
  readonly step: 'socket' | 'reach' | 'login' | 'pull';
  readonly state: 'running' | 'passed' | 'failed' | 'skipped';
  readonly message: string;
};
