/** Response headers as undici gives them: lower-case names, an array when a header came more than once. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** All values of a header, one an occurrence. */
export function headerValues(headers: ResponseHeaders, name: string): string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** The first value of a header. */
export function headerValue(headers: ResponseHeaders, name: string): string | undefined {
  return headerValues(headers, name)[0];
}

/** The media type of an answer, lower-case and without parameters. */
export function contentTypeOf(headers: ResponseHeaders): string | undefined {
  const value = headerValue(headers, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  return value === '' ? undefined : value;
}

/** Content-Length when it is a plain non-negative integer. */
export function contentLengthOf(headers: ResponseHeaders): number | undefined {
  const value = headerValue(headers, 'content-length');
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
