import { quoteFor, type GuideStep } from '#core/local-guides/index';
import { hasUsers, newAddress, targetFolder, type Graduating } from './graduation';

/** From the switch in the window to the first pull. Two registries on one folder would lose content. */
export function nextSteps(graduating: Graduating): GuideStep[] {
  const { source } = graduating;
  return [
    {
      title: 'Turn the local registry off',
      kind: 'text',
      text: 'Switch it off in Tagboat, and its start with the app too. Two registries that write to one folder damage it.',
    },
    ...uploadSteps(graduating),
    {
      title: 'Start it',
      kind: 'command',
      text: `cd ${quote(graduating, targetFolder(graduating))}\ndocker compose up -d`,
      note: 'podman compose takes the same file; rootless Podman needs userns_mode: keep-id in it, below restart.',
    },
    ...(source.platform === 'linux' ? [unitStep(graduating)] : []),
    checkStep(graduating),
    {
      title: 'Add it to Tagboat',
      kind: 'text',
      text: `Add ${newAddress(graduating)} as a registry, to browse it as before.`,
    },
  ];
}

function uploadSteps(graduating: Graduating): GuideStep[] {
  const { storage } = graduating.input;
  if (storage.kind !== 's3') return [];
  const { storageFolder, platform } = graduating.source;
  const from = quote(graduating, `${storageFolder}${platform === 'win32' ? '\\' : '/'}docker`);
  const endpoint =
    storage.endpoint === undefined
      ? ''
      : ` ${quote(graduating, `--endpoint-url=${storage.endpoint}`)}`;
  const target = quote(graduating, `s3://${storage.bucket}/docker`);
  return [
    {
      title: 'Copy the content to the bucket',
      kind: 'command',
      text: `aws s3 sync ${from} ${target}${endpoint}`,
      note: 'Run it again after an interruption: it goes on where it stopped.',
    },
    {
      title: 'Fill in the keys',
      kind: 'text',
      text: 'Put the keys for the bucket into .env, or leave it as it is where the machine has a role.',
    },
  ];
}

function unitStep(graduating: Graduating): GuideStep {
  const unit = quote(graduating, `${targetFolder(graduating)}/registry.service`);
  return {
    title: 'Or start it without a container engine',
    kind: 'command',
    text: `sudo cp ${unit} /etc/systemd/system/registry.service\nsudo systemctl daemon-reload\nsudo systemctl enable --now registry`,
    note: 'Instead of compose, not besides it. The first line of the unit says which program it needs.',
  };
}

function checkStep(graduating: Graduating): GuideStep {
  const { source } = graduating;
  const ca = source.tls
    ? ` --cacert ${quote(graduating, `${targetFolder(graduating)}/certs/ca.crt`)}`
    : '';
  const user = hasUsers(graduating) ? ' --user NAME' : '';
  const curl = source.platform === 'win32' ? 'curl.exe' : 'curl';
  const scheme = source.tls ? 'https' : 'http';
  return {
    title: 'See that it answers',
    kind: 'command',
    text: `${curl}${ca}${user} ${scheme}://${newAddress(graduating)}/v2/_catalog`,
    ...(hasUsers(graduating) && { note: 'NAME is one of the users; it asks for the password.' }),
  };
}

const quote = ({ source }: Graduating, word: string): string => quoteFor(source.platform, word);
