/** One history entry as a line of a Dockerfile. `instruction` is empty for entries that no Dockerfile made. */
export type DockerfileLine = { readonly instruction: string; readonly text: string };

const INSTRUCTION =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?:\s+|$)/;
/** The shells that builders put before a command: POSIX ones with any options, cmd and PowerShell. */
const SHELL =
  /^(?:(?:\/[\w./-]*\/)?(?:sh|bash|ash|dash|ksh|zsh)(?:\s+-[A-Za-z]+(?:\s+pipefail)?)*?\s+-[A-Za-z]*c(?=\s|$)|cmd(?:\.exe)?\s+\/S\s+\/C(?=\s|$)|(?:powershell|pwsh)(?:\.exe)?(?:\s+-\w+)*?\s+-[Cc]ommand(?=\s|$))\s*/;
/** What Docker's classic builder writes in front of an instruction that ran nothing. */
const NO_OPERATION = '#(nop)';
/** What BuildKit writes behind every instruction. */
const BUILDKIT_MARK = ' # buildkit';

/**
 * Turns `created_by` of an image's history into a Dockerfile line: strips the shell, the marks of the classic builder
 * and of BuildKit, and the build arguments that precede a RUN.
 */
export const dockerfileLine = (createdBy: string): DockerfileLine => {
  const source = stripBuildKitMark(createdBy.trim());
  const named = INSTRUCTION.exec(source);
  if (named !== null) return toLine(named[1] ?? '', source.slice(named[0].length));
  const command = stripShell(stripBuildArguments(source));
  if (command === undefined) return { instruction: '', text: source };
  const mark = command.indexOf(NO_OPERATION);
  if (mark < 0) return { instruction: 'RUN', text: command };
  const declared = command.slice(mark + NO_OPERATION.length).trim();
  const instruction = INSTRUCTION.exec(declared);
  return instruction === null
    ? { instruction: '', text: declared }
    : toLine(instruction[1] ?? '', declared.slice(instruction[0].length));
};

const stripBuildKitMark = (text: string): string =>
  text.endsWith(BUILDKIT_MARK) ? text.slice(0, -BUILDKIT_MARK.length).trimEnd() : text;

/** The command behind the shell; undefined when there is no shell. */
const stripShell = (source: string): string | undefined => {
  const shell = SHELL.exec(source);
  return shell === null ? undefined : source.slice(shell[0].length).trim();
};

/** Drops `|2 A=1 B=2 `. Values may hold spaces, so the command starts at the first shell after the bar. */
const stripBuildArguments = (source: string): string => {
  const bar = /^\|\d+\s+/.exec(source);
  if (bar === null) return source;
  for (let at = bar[0].length; at >= 0 && at < source.length; at = nextWord(source, at)) {
    const rest = source.slice(at);
    if (SHELL.test(rest)) return rest;
  }
  return source;
};

const nextWord = (source: string, at: number): number => {
  const space = source.indexOf(' ', at);
  return space < 0 ? -1 : space + 1;
};

const toLine = (instruction: string, text: string): DockerfileLine => ({
  instruction,
  text: toText(instruction, text.trim()),
});

const toText = (instruction: string, text: string): string => {
  switch (instruction) {
    case 'RUN': {
      const command = stripBuildArguments(text);
      return stripShell(command) ?? command;
    }
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return withCommas(text);
    case 'ADD':
    case 'COPY':
      return text.replace(/^((?:file|dir|multi):[a-f0-9]+) in /, '$1 ');
    case 'EXPOSE':
    case 'VOLUME':
      return withoutGoBrackets(text);
    default:
      return text;
  }
};

/** Docker prints lists as Go does, `["a" "b"]`; a Dockerfile has commas. */
const withCommas = (text: string): string =>
  text.startsWith('["') ? text.replace(/(?<!\\)" "/g, '", "') : text;

/** `map[80/tcp:{}]` and `[/data]` are Go's way to print what a Dockerfile writes bare. */
const withoutGoBrackets = (text: string): string => {
  if (text.startsWith('map[')) return text.slice(4, -1).replace(/:\{\}/g, '');
  return /^\[[^"]*\]$/.test(text) ? text.slice(1, -1) : text;
};
