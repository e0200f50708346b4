import { hasUsers, inContainer, type Graduating } from './graduation';
import { formatYaml, type YamlValue } from './yaml';

type YamlMap = { readonly [key: string]: YamlValue };

const head = `# CNCF distribution, configuration: https://distribution.github.io/distribution/about/configuration/
# Paths are those in the container. With several replicas, set http.secret to the same value in each.
`;

/** The configuration of distribution, the same for both releases but for S3. */
export function configYml(graduating: Graduating): string {
  const { source } = graduating;
  return `${head}${formatYaml({
    version: 0.1,
    log: { level: 'info' },
    storage: {
      ...storageDriver(graduating),
      // Off unless it is said (trap 52).
      delete: { enabled: source.canDelete },
      ...(source.readOnly && { maintenance: { readonly: { enabled: true } } }),
    },
    http: {
      addr: ':5000',
      ...(source.tls && { tls: { certificate: inContainer.certificate, key: inContainer.key } }),
    },
    ...(hasUsers(graduating) && {
      auth: { htpasswd: { realm: 'Registry', path: inContainer.htpasswd } },
    }),
    ...(source.webhookUrl !== null && notifications(source.webhookUrl)),
  })}`;
}

function storageDriver({ input }: Graduating): YamlMap {
  const { storage, release } = input;
  if (storage.kind === 'folder') return { filesystem: { rootdirectory: inContainer.storage } };
  const { region, bucket, endpoint } = storage;
  if (endpoint === undefined) return { s3: { region, bucket } };
  const isPlain = endpoint.startsWith('http:');
  return {
    s3: {
      region,
      bucket,
      regionendpoint: endpoint,
      ...(isPlain && { secure: false }),
      // registry:2 does so by itself wherever there is an endpoint.
      ...(release === 'registry:3' && { forcepathstyle: true }),
    },
    // Clients would be sent to the endpoint, which may be known to the registry alone.
    redirect: { disable: true },
  };
}

const notifications = (url: string): YamlMap => ({
  notifications: {
    endpoints: [{ name: 'webhook', url, timeout: '5s', threshold: 5, backoff: '10s' }],
  },
});
