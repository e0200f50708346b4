import { visibleText } from '#oci/text';

const headChars = 12;
const tailChars = 4;

/** `sha256:9f2c11d06a…b41e`: enough to tell digests apart at a glance, with both ends to compare. */
export const clipDigest = (digest: string): string => {
  const text = visibleText(digest);
  const colon = text.indexOf(':');
  const start = colon + 1 + headChars;
  return text.length <= start + tailChars + 1
    ? text
    : `${text.slice(0, start)}…${text.slice(-tailChars)}`;
};

/** `9f2c11d06a4e`: for lists where the whole digest is a hint away. */
export const shortDigest = (digest: string): string => {
  const text = visibleText(digest);
  return text.slice(text.indexOf(':') + 1, text.indexOf(':') + 1 + headChars);
};
