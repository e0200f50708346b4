import type { QueryClient } from '@tanstack/react-query';
import { act, configure, fireEvent, render, waitFor } from '@testing-library/react';
import { type FakeApi, type FakeState, installFakeApi } from '#test/fake-api';
import { createQueryClient } from '#lib/query-client';
import { useFilters } from '#state/filters';
import { selectReference, useSelection } from '#state/selection';
import { vi } from 'vitest';
import { Providers } from '../../../src/renderer/src/app/Providers';
import { ImageInspector } from '../../../src/renderer/src/features/image/ImageInspector';
import { TagArea } from '../../../src/renderer/src/features/tags/TagArea';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

export type Shown = { readonly fake: FakeApi; readonly client: QueryClient };

type Options = {
  readonly repository?: string;
  readonly tag?: string | null;
  readonly digest?: string | null;
  readonly state?: Partial<FakeState>;
  /** Changes what main answers before anything is asked. */
  readonly script?: (fake: FakeApi) => void;
};

const prepare = ({ repository = 'shop/api', tag, digest, state, script }: Options): Shown => {
  const fake = installFakeApi(state);
  script?.(fake);
  useSelection.setState({
    registryId: 'harbor',
    repository,
    tag: tag ?? null,
    digest: digest ?? null,
  });
  return { fake, client: createQueryClient() };
};

/** The tag area of one repository, with a scripted main behind it. */
export const showTags = (options: Options = {}): Shown => {
  const shown = prepare(options);
  render(
    <Providers client={shown.client}>
      <TagArea registryId="harbor" repository={options.repository ?? 'shop/api'} />
    </Providers>,
  );
  return shown;
};

const SelectedImage = ({ repository }: { readonly repository: string }) => {
  const reference = useSelection(selectReference);
  return reference === null ? null : (
    <ImageInspector registryId="harbor" repository={repository} reference={reference} />
  );
};

/** The inspector on what is selected, as the frame shows it. */
export const showImage = (options: Options = {}): Shown => {
  const shown = prepare({ tag: '1.8.2', ...options });
  render(
    <Providers client={shown.client}>
      <SelectedImage repository={options.repository ?? 'shop/api'} />
    </Providers>,
  );
  return shown;
};

/** By selector and not by role: computing roles of a whole window takes jsdom most of a second. */
export const getGrid = (): HTMLElement => {
  const grid = document.querySelector<HTMLElement>('table');
  if (grid === null) throw new Error('There is no table.');
  return grid;
};

/** The row of a tag, once it is there. */
export const findRow = (tag: string): Promise<HTMLElement> =>
  waitFor(() => {
    const row = document.querySelector<HTMLElement>(`tr[data-lead="${tag}"]`);
    if (row === null) throw new Error(`${tag} stands in no row.`);
    return row;
  });

/** The header cell with this title. */
export const headOf = (title: string): HTMLElement => {
  const cell = [...document.querySelectorAll<HTMLElement>('th')].find(({ textContent }) =>
    textContent.startsWith(title),
  );
  if (cell === undefined) throw new Error(`No column is called ${title}.`);
  return cell;
};

/** The button with exactly this name or text. */
export const buttonNamed = (name: string): HTMLElement => {
  const button = [...document.querySelectorAll<HTMLElement>('button')].find(
    (one) => (one.getAttribute('aria-label') ?? one.textContent) === name,
  );
  if (button === undefined) throw new Error(`No button is called ${name}.`);
  return button;
};

export const press = (name: string): void => void fireEvent.click(buttonNamed(name));

/** Lead tags of the rows in the document, top to bottom. */
export const rowTags = (): readonly string[] =>
  [...document.querySelectorAll<HTMLElement>('[data-lead]')].map(
    (row) => row.dataset['lead'] ?? '',
  );

export const typeFilter = (text: string): void =>
  act(() => useFilters.getState().setTagFilter(text));

/** Requests to a channel, in order. */
export const requestsTo = (fake: FakeApi, channel: string): readonly unknown[] =>
  fake.recorded.filter((one) => one.channel === channel).map(({ request }) => request);
