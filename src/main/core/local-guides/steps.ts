import { shellQuote } from '#oci/pull-command';
import type { GuidePlatform, GuideStep, LocalPlace } from './guide';

export const command = (title: string, lines: readonly string[], note?: string): GuideStep => ({
  title,
  kind: 'command',
  text: lines.join('\n'),
  ...(note !== undefined && { note }),
});

export const text = (title: string, words: string): GuideStep => ({
  title,
  kind: 'text',
  text: words,
});

export const file = (
  title: string,
  path: string,
  lines: readonly string[],
  note?: string,
): GuideStep => ({
  title,
  kind: 'file',
  path,
  text: lines.join('\n'),
  ...(note !== undefined && { note }),
});

/** One word for PowerShell: in single quotes nothing but the quote itself means anything. */
const quoteForPowerShell = (word: string): string =>
  /^[\w./:\\-]+$/u.test(word) ? word : `'${word.replaceAll("'", "''")}'`;

/** One word for the shell that people have on this platform. */
export const quoteFor = (platform: GuidePlatform, word: string): string =>
  platform === 'win32' ? quoteForPowerShell(word) : shellQuote(word);

/** Signing in, where the registry asks for it; the password is asked for, so it stays out of the shell's history. */
export function loginSteps(login: string, address: string, place: LocalPlace): GuideStep[] {
  const [user] = place.users;
  if (user === undefined) return [];
  const name = quoteFor(place.platform, `--username=${user}`);
  return [command('Sign in', [`${login} ${name} ${address}`], 'It asks for the password.')];
}

/** Said where the certificate does not cover the name that the tool has to use. */
export function certificateSteps(host: string, place: LocalPlace): GuideStep[] {
  if (!place.tls || place.certificateNames.includes(host)) return [];
  return [
    text(
      'Add the name to the certificate',
      `The certificate is not for ${host} yet. Add ${host} to the host names under TLS first.`,
    ),
  ];
}
