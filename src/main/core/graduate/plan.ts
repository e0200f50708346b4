import { composeYaml, s3Environment } from './compose-yaml';
import { configYml } from './config-yml';
import {
  hasUsers,
  type Graduating,
  type GraduationFile,
  type GraduationInput,
  type GraduationPlan,
  type GraduationSource,
} from './graduation';
import { nextSteps } from './next-steps';
import { readme } from './readme';
import { systemdUnit } from './systemd-unit';
import { whatChanges, whatStays } from './words';

/**
 * Everything a folder needs to serve the same content with CNCF distribution, and what that changes. Pure: nothing is
 * read or written. Without a certificate in `source` the plan can be shown, not written.
 */
export function planGraduation(input: GraduationInput, source: GraduationSource): GraduationPlan {
  const graduating: Graduating = { input, source };
  const plan: GraduationPlan = {
    files: [...serviceFiles(graduating), ...secretFiles(graduating)],
    changes: whatChanges(graduating),
    staysTheSame: whatStays(graduating),
    nextSteps: nextSteps(graduating),
  };
  const page = open('README.md', readme(graduating, plan), 'These steps, for later.');
  return { ...plan, files: [page, ...plan.files] };
}

const open = (name: string, content: string, note: string): GraduationFile => ({
  name,
  content,
  isSecret: false,
  note,
});

function serviceFiles(graduating: Graduating): GraduationFile[] {
  const { platform } = graduating.source;
  return [
    open('compose.yaml', composeYaml(graduating), 'Starts it in a container.'),
    open('config.yml', configYml(graduating), 'The configuration of distribution.'),
    ...(platform === 'linux'
      ? [open('registry.service', systemdUnit(graduating), 'Starts it without a container.')]
      : []),
  ];
}

function secretFiles(graduating: Graduating): GraduationFile[] {
  const { source, input } = graduating;
  const { certificate } = source;
  const secret = (name: string, content: string | undefined, note: string): GraduationFile => ({
    name,
    ...(content !== undefined && { content }),
    isSecret: true,
    note,
  });
  return [
    ...(hasUsers(graduating)
      ? [secret('htpasswd', source.htpasswd, 'The users, with hashes of their passwords.')]
      : []),
    ...(source.tls
      ? [
          publicFile('certs/registry.crt', certificate?.certificatePem, 'The certificate.'),
          secret('certs/registry.key', certificate?.keyPem, 'Its private key.'),
          publicFile('certs/ca.crt', certificate?.caPem, 'The authority, for clients to trust.'),
        ]
      : []),
    ...(input.storage.kind === 's3'
      ? [secret('.env', s3Environment, 'The keys for the bucket, to be filled in.')]
      : []),
  ];
}

const publicFile = (name: string, content: string | undefined, note: string): GraduationFile => ({
  name,
  ...(content !== undefined && { content }),
  isSecret: false,
  note,
});
