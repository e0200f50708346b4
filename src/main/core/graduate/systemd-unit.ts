import { hasUsers, isOpenToNetwork, targetFolder, type Graduating } from './graduation';
import { formatYamlText } from './yaml';

/** One value in double quotes (systemd.syntax(7)); `%` begins a specifier. */
const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;

/** In a command line `$` begins a variable too (systemd.service(5)). */
const quoteArgument = (text: string): string => quote(text.replaceAll('$', '$$$$'));

/** Programs of each release as packages install them. */
const programs = {
  // Debian's and Ubuntu's package docker-registry.
  'registry:2': '/usr/bin/docker-registry',
  // From the release's archive.
  'registry:3': '/usr/local/bin/registry',
} as const;

/**
 * Runs distribution without a container, with the same config.yml: the paths in it are those of the container, and
 * variables put this machine's in their place (distribution, Override specific configuration options), which are read as
 * YAML: a path with a colon or a number sign has to be quoted for it too.
 */
export function systemdUnit(graduating: Graduating): string {
  const { input, source } = graduating;
  const folder = targetFolder(graduating);
  const settings = Object.entries(overrides(graduating)).map(
    ([name, value]) => `Environment=${quote(`${name}=${formatYamlText(value)}`)}`,
  );
  const config = quoteArgument(`${folder}/config.yml`);
  return `# Runs the registry without a container engine. Needs ${programs[input.release]}.
[Unit]
Description=Container registry (CNCF distribution)
Wants=network-online.target
After=network-online.target

[Service]
${source.owner ? `User=${source.owner.uid}\nGroup=${source.owner.gid}\n` : ''}ExecStart=${programs[input.release]} serve ${config}
${settings.join('\n')}
${input.storage.kind === 's3' ? `EnvironmentFile=-${folder.replaceAll('%', '%%')}/.env\n` : ''}Restart=on-failure
NoNewPrivileges=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;
}

function overrides(graduating: Graduating): Record<string, string> {
  const { input, source } = graduating;
  const folder = targetFolder(graduating);
  return {
    REGISTRY_HTTP_ADDR: `${isOpenToNetwork(graduating) ? '' : '127.0.0.1'}:${input.port}`,
    ...(input.storage.kind === 'folder' && {
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: source.storageFolder,
    }),
    ...(source.tls && {
      REGISTRY_HTTP_TLS_CERTIFICATE: `${folder}/certs/registry.crt`,
      REGISTRY_HTTP_TLS_KEY: `${folder}/certs/registry.key`,
    }),
    ...(hasUsers(graduating) && { REGISTRY_AUTH_HTPASSWD_PATH: `${folder}/htpasswd` }),
  };
}
