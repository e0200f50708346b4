/**
 * Characters that hide, reorder or break text: controls, format characters (bidirectional overrides, zero-width
 * joiners, soft hyphen, tags), line and paragraph separators, lone surrogates and the blank fillers. What Unicode
 * files under the same headings but fonts do draw stays: Arabic and Indic number signs, and the two variation
 * selectors of emoji.
 */
const HIDDEN =
  /(?!\ufe0e|\ufe0f|[\u0600-\u0605\u06dd\u070f\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const EVERY_HIDDEN = new RegExp(HIDDEN, 'gu');

const SHORT_FORMS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeCharacter = (character: string): string => {
  const short = SHORT_FORMS[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
};

/**
 * Text from a registry, safe to put on screen: hidden and reordering characters become `\u202e` and the like.
 * Text without any is returned as it is. `keepLineBreaks` leaves line feeds and tabs, for values shown over
 * several lines.
 */
export const visibleText = (text: string, options?: { keepLineBreaks?: boolean }): string => {
  if (!HIDDEN.test(text)) return text;
  const keepLineBreaks = options?.keepLineBreaks === true;
  return text.replace(EVERY_HIDDEN, (character) =>
    keepLineBreaks && (character === '\n' || character === '\t')
      ? character
      : escapeCharacter(character),
  );
};

const QUOTE_LIMIT = 80;

/** Untrusted text as part of a message: made visible, cut at 80 characters, in quotation marks. */
export const quoteText = (text: string): string => {
  const cut = text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text;
  return `"${visibleText(cut)}"`;
};
