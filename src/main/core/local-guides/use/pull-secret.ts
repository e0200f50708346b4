import type { GuideStep, LocalPlace } from '../guide';
import { command, quoteFor } from '../steps';

/** Kubernetes, "Pull an Image from a Private Registry": nodes do not read the logins of docker or podman. */
export function pullSecretSteps(address: string, place: LocalPlace): GuideStep[] {
  const [user] = place.users;
  if (user === undefined) return [];
  const isWindows = place.platform === 'win32';
  const name = quoteFor(place.platform, `--docker-username=${user}`);
  const create = `kubectl create secret docker-registry tagboat --docker-server=${address} ${name}`;
  const patch = '{"imagePullSecrets":[{"name":"tagboat"}]}';
  const ask = isWindows
    ? [
        "$password = (Get-Credential -UserName tagboat -Message 'Password').GetNetworkCredential().Password",
        `${create} "--docker-password=$password"`,
      ]
    : [`read -rs password`, `${create} "--docker-password=$password"`];
  const quotedPatch = isWindows ? `'${patch.replaceAll('"', '\\"')}'` : `'${patch}'`;
  return [
    command(
      'Let the cluster sign in',
      [...ask, `kubectl patch serviceaccount default -p ${quotedPatch}`],
      'It waits for the password. The secret is for one namespace; repeat both commands in others.',
    ),
  ];
}
