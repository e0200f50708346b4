import type { GuideStep, TrustGuide, TrustTarget } from '../guide';
import { command, quoteFor, text } from '../steps';

const name = 'tagboat-local-registry.crt';

export function linuxGuide(caFile: string): TrustGuide {
  const from = quoteFor('linux', caFile);
  const debian = `/usr/local/share/ca-certificates/${name}`;
  const fedora = `/etc/pki/ca-trust/source/anchors/${name}`;
  return {
    target: 'linux',
    title: 'Linux',
    steps: [
      command('Debian, Ubuntu, Alpine', [
        `sudo cp ${from} ${debian}`,
        'sudo update-ca-certificates',
      ]),
      command('Fedora, RHEL, Rocky', [`sudo cp ${from} ${fedora}`, 'sudo update-ca-trust']),
      command('Arch', [`sudo trust anchor --store ${from}`]),
      command('Undo on Debian, Ubuntu, Alpine', [
        `sudo rm ${debian}`,
        'sudo update-ca-certificates --fresh',
      ]),
      command('Undo on Fedora, RHEL, Rocky', [`sudo rm ${fedora}`, 'sudo update-ca-trust']),
      command('Undo on Arch', [`sudo trust anchor --remove ${from}`]),
    ],
  };
}

export function macosGuide(caFile: string): TrustGuide {
  const from = quoteFor('darwin', caFile);
  return {
    target: 'macos',
    title: 'macOS',
    steps: [
      command(
        'Trust it for your account',
        [`security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${from}`],
        'It asks for your password. Docker Desktop takes it over when it is restarted.',
      ),
      command('Or for everybody on this Mac', [
        `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${from}`,
      ]),
      command(
        'Undo',
        [`security remove-trusted-cert ${from}`],
        'For everybody: sudo security remove-trusted-cert -d, with the same file.',
      ),
    ],
  };
}

export function windowsGuide(caFile: string): TrustGuide {
  const from = quoteFor('win32', caFile);
  const store = 'Cert:\\CurrentUser\\Root';
  return {
    target: 'windows',
    title: 'Windows',
    steps: [
      command(
        'Trust it for your account',
        [`Import-Certificate -FilePath ${from} -CertStoreLocation ${store}`],
        'In PowerShell. Windows shows the fingerprint and asks. For everybody on this computer: Cert:\\LocalMachine\\Root, as administrator.',
      ),
      command('Undo', [
        `Get-ChildItem ${store} | Where-Object Subject -like '*CN=Tagboat CA on *' | Remove-Item`,
      ]),
    ],
  };
}

/** What a trusted authority means, and how to be sure that it is this one. */
export function fingerprintStep(
  caFile: string,
  fingerprint: string,
  target: TrustTarget,
): GuideStep {
  const risk = "Whoever holds this authority's key can make certificates that you then trust.";
  const title = 'Compare the fingerprint';
  if (target === 'windows') return text(title, `SHA-256 ${fingerprint}. ${risk}`);
  return command(
    title,
    [`openssl x509 -in ${quoteFor('linux', caFile)} -noout -fingerprint -sha256`],
    `It has to be ${fingerprint}. ${risk}`,
  );
}
