// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useFilters } from '#state/filters';
import { usePalette } from '#state/palette';
import { usePreferences } from '#state/preferences';
import { App } from '../../../src/renderer/src/app/App';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

const press = (key: string, init: KeyboardEventInit = {}): boolean =>
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...init });
const type = (text: string): void => {
  for (const key of text) press(key);
};

describe('what is typed right after the palette was called', () => {
  setUpWindow();

  it('is in its field when it opens, and Enter is not lost either', async () => {
    renderInWindow(<App />);
    await screen.findByRole('tree');
    press('k', { ctrlKey: true });
    // Not a moment has passed: the palette's code has not been asked for yet.
    expect(screen.queryByRole('combobox', { name: /^Go to/u })).toBeNull();
    type('lightx');
    press('Backspace');
    type(' theme');
    press('Enter');
    await waitFor(() => expect(usePreferences.getState().theme).toBe('light'));
    expect(usePalette.getState().isPaletteOpen).toBe(false);
  });

  it('does not end up in the field that had the focus', async () => {
    renderInWindow(<App />);
    await screen.findByRole('tree');
    screen.getByRole('textbox', { name: 'Filter repositories' }).focus();
    press('k', { ctrlKey: true });
    expect(press('d')).toBe(false);
    const field = await screen.findByRole<HTMLInputElement>('combobox', { name: /^Go to/u });
    expect(field.value).toBe('d');
    expect(useFilters.getState().repositories).toBe('');
    press('Escape');
    await waitFor(() => expect(usePalette.getState().isPaletteOpen).toBe(false));
    press('k', { ctrlKey: true });
    expect(usePalette.getState().query).toBe('');
  });

  it('leaves keys with a modifier and those of the field alone', async () => {
    renderInWindow(<App />);
    await screen.findByRole('tree');
    press('k', { ctrlKey: true });
    const field = await screen.findByRole('combobox', { name: /^Go to/u });
    expect(fireEvent.keyDown(field, { key: 'a' })).toBe(true);
    expect(fireEvent.keyDown(document.body, { key: 'a', ctrlKey: true })).toBe(true);
    expect(usePalette.getState().query).toBe('');
  });
});
