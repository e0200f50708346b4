/** As many as the settings keep. */
export const mostPatterns = 100;
const longest = 128;

/** Why a text cannot be added as a pattern, in a sentence; undefined when it can. */
export const patternProblem = (typed: string, patterns: readonly string[]): string | undefined => {
  const pattern = typed.trim();
  if (pattern === '') return 'Type a tag, or a pattern such as v*.';
  if (pattern.length > longest) return `A tag has at most ${longest} characters.`;
  if (!/^[\w.*?-]+$/u.test(pattern)) {
    return 'A tag holds letters, digits, dots, dashes and underscores; a pattern also * and ?.';
  }
  // A tag starts with a letter, a digit or an underscore (distribution-spec, Pulling manifests).
  if (/^[.-]/u.test(pattern)) return 'No tag starts with a dot or a dash.';
  if (patterns.includes(pattern)) return `${pattern} is in the list already.`;
  if (patterns.length >= mostPatterns) return `The list holds at most ${mostPatterns} patterns.`;
  return undefined;
};
