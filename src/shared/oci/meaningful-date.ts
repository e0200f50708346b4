/** RFC 3339, section 5.6, as image-spec asks for. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Dates before this are placeholders: Go's zero time (year 1), the Unix epoch (1970), the ZIP epoch (1980) and npm's
 * 1985 stand in reproducible builds. Container images began in 2013.
 */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/** The date in UTC as ISO 8601, or undefined when it is absent, malformed or a placeholder. */
export const meaningfulDate = (text: string | undefined | null): string | undefined => {
  if (text === undefined || text === null || !RFC3339.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return timeMs >= EARLIEST_MS ? new Date(timeMs).toISOString() : undefined;
};
