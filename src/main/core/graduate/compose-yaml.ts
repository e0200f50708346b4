import { configPath, hasUsers, inContainer, isOpenToNetwork, type Graduating } from './graduation';
import { formatYaml, type YamlValue } from './yaml';

/** Compose takes `$` for the start of a variable. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

export function composeYaml(graduating: Graduating): string {
  const { input, source } = graduating;
  const isS3 = input.storage.kind === 's3';
  const { owner } = source;
  return formatYaml({
    services: {
      registry: {
        image: input.release,
        restart: 'unless-stopped',
        // The files keep their owner, and the local registry can have them back.
        ...(owner && !isS3 && { user: `${owner.uid}:${owner.gid}` }),
        ports: [`${isOpenToNetwork(graduating) ? '' : '127.0.0.1:'}${input.port}:5000`],
        // Passed on where .env sets them; without them the role of the machine counts.
        ...(isS3 && { environment: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] }),
        volumes: volumes(graduating),
      },
    },
  });
}

function volumes(graduating: Graduating): YamlValue[] {
  const { input, source } = graduating;
  const mount = (from: string, target: string, isWritable = false): YamlValue => ({
    type: 'bind',
    source: from,
    target,
    ...(!isWritable && { read_only: true }),
    // Without the label SELinux keeps containers from files of the host; elsewhere it means nothing.
    ...(source.platform === 'linux' && { bind: { selinux: 'z' } }),
  });
  return [
    ...(input.storage.kind === 'folder'
      ? [mount(literal(source.storageFolder), inContainer.storage, true)]
      : []),
    mount('./config.yml', configPath[input.release]),
    ...(hasUsers(graduating) ? [mount('./htpasswd', inContainer.htpasswd)] : []),
    ...(source.tls ? [mount('./certs', inContainer.certs)] : []),
  ];
}

/** What compose and the systemd unit read for S3. */
export const s3Environment = `# The keys for the bucket. Remove the # and fill in both, unless this machine has a role that may use the bucket.
#AWS_ACCESS_KEY_ID=
#AWS_SECRET_ACCESS_KEY=
`;
