import { describe, expect, it } from 'vitest';
import { redactQuery } from '#core/registry/transport/redact';

describe('redactQuery', () => {
  it('keeps only the values on the list', () => {
    const signed = 'https://cdn.example/b?X-Amz-Signature=abc&n=100&last=b&token=t&service=reg#f';
    expect(redactQuery(new URL(signed))).toBe(
      'X-Amz-Signature=REDACTED&n=100&last=b&token=REDACTED&service=reg',
    );
  });

  it('hides what only looks like a known name', () => {
    expect(redactQuery(new URL('https://reg.example/?N=1&scope2=2'))).toBe(
      'N=REDACTED&scope2=REDACTED',
    );
    expect(redactQuery(new URL('https://reg.example/'))).toBeUndefined();
  });
});
