/**
 * Lays out JSON text in lines without parsing it into values: numbers, escapes, key order and repeated keys stay as
 * they were sent, and text that is cut off or no JSON at all is still shown.
 */

const indentUnit = '  ';
/** Deeper nesting is laid out, but not moved further right. */
const deepestIndent = 32;

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** Index behind the string that starts at `start`, or the end of a text that is cut off inside it. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
};

const isPlain = (text: string, at: number): boolean => {
  const c = text.charAt(at);
  return !isBlank(text.charCodeAt(at)) && !'{}[],:"'.includes(c);
};

const endOfPlain = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && isPlain(text, at)) at += 1;
  return Math.max(at, start + 1);
};

const skipBlanks = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && isBlank(text.charCodeAt(at))) at += 1;
  return at;
};

type Layout = { readonly lines: string[]; line: string; depth: number };

const breakLine = (layout: Layout): void => {
  layout.lines.push(layout.line);
  layout.line = indentUnit.repeat(Math.min(deepestIndent, Math.max(0, layout.depth)));
};

const open = (layout: Layout, text: string, at: number): number => {
  const bracket = text.charAt(at);
  const next = skipBlanks(text, at + 1);
  const closing = bracket === '{' ? '}' : ']';
  if (text[next] === closing) {
    layout.line += bracket + closing;
    return next + 1;
  }
  layout.line += bracket;
  layout.depth += 1;
  breakLine(layout);
  return next;
};

const place = (layout: Layout, text: string, at: number): number => {
  switch (text.charAt(at)) {
    case '{':
    case '[':
      return open(layout, text, at);
    case '}':
    case ']':
      layout.depth -= 1;
      breakLine(layout);
      layout.line += text.charAt(at);
      return at + 1;
    case ',':
      layout.line += ',';
      breakLine(layout);
      return at + 1;
    case ':':
      layout.line += ': ';
      return at + 1;
    case '"': {
      const end = endOfString(text, at);
      layout.line += text.slice(at, end);
      return end;
    }
    default: {
      const end = endOfPlain(text, at);
      layout.line += text.slice(at, end);
      return end;
    }
  }
};

/** Lines of a JSON text, two blanks a level. Text that does not start like JSON is split at its own line ends. */
export const layOutJson = (text: string): readonly string[] => {
  const start = skipBlanks(text, 0);
  if (text[start] !== '{' && text[start] !== '[') return text.split(/\r\n|\r|\n/u);
  const layout: Layout = { lines: [], line: '', depth: 0 };
  let at = start;
  while (at < text.length) {
    if (isBlank(text.charCodeAt(at))) at = skipBlanks(text, at);
    else at = place(layout, text, at);
  }
  layout.lines.push(layout.line);
  return layout.lines;
};

export type JsonToken = {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'punctuation' | 'blank';
  readonly text: string;
};

const kindOfPlain = (text: string): JsonToken['kind'] => (/^-?\d/u.test(text) ? 'number' : 'word');

const readToken = (line: string, at: number): JsonToken => {
  if (isBlank(line.charCodeAt(at))) {
    return { kind: 'blank', text: line.slice(at, skipBlanks(line, at)) };
  }
  if (line[at] === '"') {
    const end = endOfString(line, at);
    const isKey = line[skipBlanks(line, end)] === ':';
    return { kind: isKey ? 'key' : 'string', text: line.slice(at, end) };
  }
  if (isPlain(line, at)) {
    const text = line.slice(at, endOfPlain(line, at));
    return { kind: kindOfPlain(text), text };
  }
  return { kind: 'punctuation', text: line.charAt(at) };
};

/** Splits one laid-out line for colouring. Put together again, the tokens are the line. */
export const tokeniseJsonLine = (line: string): readonly JsonToken[] => {
  const tokens: JsonToken[] = [];
  let at = 0;
  while (at < line.length) {
    const token = readToken(line, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
};

const digestInString = /^"((?:sha256:[0-9a-f]{64})|(?:sha512:[0-9a-f]{128}))"$/u;

/** The digest that a string token is, and nothing else. */
export const digestOfToken = ({ kind, text }: JsonToken): string | undefined =>
  kind === 'string' || kind === 'key' ? digestInString.exec(text)?.[1] : undefined;
