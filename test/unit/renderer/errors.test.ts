import { describe, expect, it } from 'vitest';
import { errorCodes } from '#contract/result';
import { adviceFor, errorActionLabels, errorWords } from '#lib/errors';

describe('error words', () => {
  it.each(errorCodes)('%s has a title, a reason and something to do, in neutral words', (code) => {
    const { title, explanation, whatToDo, action } = errorWords[code];
    expect(title).toMatch(/^[A-Z][^.]+$/u);
    for (const sentence of [explanation, whatToDo]) {
      expect(sentence).toMatch(/^[A-Z].+\.$/u);
      expect(sentence).not.toMatch(/\b(we|our|oops|sorry|please)\b/iu);
    }
    expect(action === 'none' ? 'none' : errorActionLabels[action]).not.toBe('');
  });

  it('adds advice to a short message, and none to one that brings its own', () => {
    const detail = {};
    expect(adviceFor({ code: 'not-found', message: 'No such tag.', detail })).toContain(
      'Read the list again',
    );
    const long = 'corp refused the connection. Check the address and the port.';
    expect(adviceFor({ code: 'connection-refused', message: long, detail })).toBeUndefined();
  });

  it('does not take a dot inside a host name for the end of a sentence', () => {
    const message = 'registry.example has no such tag.';
    expect(adviceFor({ code: 'not-found', message, detail: {} })).toBeDefined();
  });
});
