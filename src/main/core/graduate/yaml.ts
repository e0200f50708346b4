export type YamlValue =
  string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Written without quotes: nothing that YAML could take for a number, a boolean, a date or a comment. */
const plainText = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z/][\w./-]*$/iu;

/** YAML 1.2 in block style. Strings that could be read as something else stand in double quotes, as in JSON. */
export const formatYaml = (value: { readonly [key: string]: YamlValue }): string =>
  `${mapLines(value).join('\n')}\n`;

function mapLines(map: { readonly [key: string]: YamlValue }): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const name = scalar(key);
    if (Array.isArray(value)) return [`${name}:`, ...indent(listLines(value))];
    if (typeof value === 'object') {
      return [`${name}:`, ...indent(mapLines(value as { readonly [key: string]: YamlValue }))];
    }
    return [`${name}: ${scalar(value)}`];
  });
}

function listLines(list: readonly YamlValue[]): string[] {
  return list.flatMap((value) => {
    const isMap = typeof value === 'object' && !Array.isArray(value);
    if (!isMap) return [`- ${scalar(value as string)}`];
    const [first = '', ...rest] = mapLines(value as { readonly [key: string]: YamlValue });
    return [`- ${first}`, ...indent(rest)];
  });
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** A text as YAML on one line. */
export const formatYamlText = (text: string): string =>
  plainText.test(text) ? text : JSON.stringify(text);

const scalar = (value: string | number | boolean): string =>
  typeof value === 'string' ? formatYamlText(value) : String(value);
