import type { ImageConfigView } from '#contract/image';

export type RunFact = { readonly title: string; readonly text: string };

/** The exec form as a Dockerfile writes it: `["node","server.js"]`. */
export const execForm = (words: readonly string[]): string => JSON.stringify(words);

const fact = (title: string, text: string | undefined): readonly RunFact[] =>
  text === undefined || text === '' ? [] : [{ title, text }];

const listed = (words: readonly string[], join: (words: readonly string[]) => string) =>
  words.length === 0 ? undefined : join(words);

/** What starts when the image is run, as whom, where, and what it listens on. */
export const runFacts = (config: ImageConfigView): readonly RunFact[] => [
  ...fact('Entrypoint', listed(config.entrypoint, execForm)),
  ...fact('Command', listed(config.cmd, execForm)),
  ...fact('User', config.user),
  ...fact('Directory', config.workingDir),
  ...fact(
    'Ports',
    listed(config.exposedPorts, (ports) => ports.join(', ')),
  ),
  ...fact(
    'Volumes',
    listed(config.volumes, (volumes) => volumes.join(', ')),
  ),
];
