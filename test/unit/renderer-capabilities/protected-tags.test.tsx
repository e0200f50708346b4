// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { keepSettings, loadSettings } from '#state/persistence';
import { usePreferences } from '#state/preferences';
import {
  mostPatterns,
  patternProblem,
} from '../../../src/renderer/src/features/settings/protected-patterns';
import { ProtectedTags } from '../../../src/renderer/src/features/settings/ProtectedTags';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

describe('a pattern', () => {
  it.each(['latest', 'v*', '?.?', 'release-*', '*', '_x'])('may be %s', (pattern) => {
    expect(patternProblem(pattern, [])).toBeUndefined();
  });

  it.each([
    ['', /Type a tag/u],
    ['   ', /Type a tag/u],
    ['a b', /letters, digits/u],
    ['a/b', /letters, digits/u],
    ['-x', /starts with/u],
    ['.x', /starts with/u],
    ['x'.repeat(129), /at most 128/u],
    ['v*', /in the list already/u],
    [' v* ', /in the list already/u],
  ])('may not be %j', (pattern, words) => {
    expect(patternProblem(pattern, ['v*'])).toMatch(words);
  });

  it('is one of a hundred at most', () => {
    const full = Array.from({ length: mostPatterns }, (_, at) => `tag-${at}`);
    expect(patternProblem('one-more', full)).toMatch(/at most 100/u);
  });
});

describe('the protected tags', () => {
  setUpWindow();

  const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Tag or pattern' });
  const type = (text: string): void => void fireEvent.change(field(), { target: { value: text } });
  const press = (name: string): void => void fireEvent.click(screen.getByRole('button', { name }));

  it('adds a pattern, says what is wrong with another, and is empty when all are removed', () => {
    usePreferences.setState({ protectedTags: ['latest'] });
    renderInWindow(<ProtectedTags />);
    type(' v* ');
    press('Protect');
    expect(usePreferences.getState().protectedTags).toEqual(['latest', 'v*']);
    expect(field().value).toBe('');
    type('v*');
    press('Protect');
    expect(screen.getByText('v* is in the list already.')).toBeDefined();
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field());
    press('Stop protecting latest');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Stop protecting v*');
    press('Stop protecting v*');
    expect(usePreferences.getState().protectedTags).toEqual([]);
    expect(document.activeElement).toBe(field());
    expect(screen.getByText('No tag is protected.')).toBeDefined();
  });

  it('is kept in the settings', async () => {
    const { fake } = renderInWindow(<ProtectedTags />);
    await loadSettings();
    const stop = keepSettings();
    await screen.findByRole('button', { name: 'Stop protecting stable' });
    type('release-*');
    press('Protect');
    await waitFor(() =>
      expect(fake.state().settings.protectedTags).toEqual(['latest', 'stable', 'v*', 'release-*']),
    );
    stop();
  });
});
