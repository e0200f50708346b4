import { describe, expect, it } from 'vitest';
import { redactQuery, redactUrl } from '#core/registry/transport/redact';

describe('redactUrl', () => {
  it('keeps only the query values on the list, and no login', () => {
    const url = new URL(
      'https://user:secret@cdn.example/blob?X-Amz-Signature=abc&n=100&last=b&token=t&service=reg#f',
    );
    expect(redactUrl(url)).toBe(
      'https://cdn.example/blob?X-Amz-Signature=REDACTED&n=100&last=b&token=REDACTED&service=reg',
    );
    expect(redactUrl(url)).not.toMatch(/secret|abc/);
  });

  it('hides what only looks like a known name', () => {
    expect(redactQuery(new URL('https://reg.example/?N=1&scope2=2'))).toBe(
      'N=REDACTED&scope2=REDACTED',
    );
    expect(redactQuery(new URL('https://reg.example/'))).toBeUndefined();
  });
});
