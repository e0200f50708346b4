// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { sendPages } from '#test/fake-api';
import { errorOf } from '#test/fake-rows';
import { fakeDigestOf } from '#test/fake-tags';
import { useDialogs } from '#state/dialogs';
import { grammarProblem } from '../../../src/renderer/src/features/changes/name-tag';
import { setUpWindow } from '../renderer/render-window';
import { findRow, requestsTo } from '../renderer-tags/show';
import { dialogNode, findButton, openDialog, place, pressButton, showWindow } from './show';

setUpWindow();

const digest = fakeDigestOf('1.8.2');

const askForTag = (): void => openDialog({ kind: 'name-tag', purpose: 'tag', ...place, digest });
const askForRename = (): void =>
  openDialog({ kind: 'name-tag', purpose: 'rename', ...place, digest, tag: '1.8.2' });

const field = (): HTMLInputElement => {
  const input = dialogNode().querySelector('input');
  if (input === null) throw new Error('There is no field.');
  return input;
};

const typeName = async (name: string): Promise<void> => {
  await waitFor(() => field());
  fireEvent.change(field(), { target: { value: name } });
};

describe('what is wrong with a name', () => {
  it.each([
    ['', undefined],
    ['1.8.3', undefined],
    ['_x', undefined],
    ['.x', 'A tag starts with a letter, a digit or “_”.'],
    ['-x', 'A tag starts with a letter, a digit or “_”.'],
    ['shop/api:1', 'Only the tag, without the registry and the repository.'],
    ['a b', 'Letters, digits, “.”, “_” and “-”; it starts with a letter, a digit or “_”.'],
    ['x'.repeat(128), undefined],
    ['x'.repeat(129), 'A tag has at most 128 characters; this has 129.'],
  ])('%s', (name, problem) => {
    expect(grammarProblem(name)).toBe(problem);
  });
});

describe('a new tag', () => {
  it('goes on to the plan once the name is free', async () => {
    const { fake } = showWindow();
    await findRow('1.8.2');
    askForTag();
    await typeName('stable');
    expect(await screen.findByText('The name is free.')).toBeDefined();
    await pressButton('Show the plan');
    expect(useDialogs.getState().dialog).toEqual({
      kind: 'plan',
      ...place,
      requests: [{ kind: 'tag', tag: 'stable', digest }],
    });
    expect(await findButton('Add 1 tag')).toBeDefined();
    expect(requestsTo(fake, 'change:run')).toEqual([]);
  });

  it('says where a taken name points, and asks for a move', async () => {
    showWindow();
    await findRow('1.7.9');
    askForTag();
    await typeName('1.7.9');
    const words = await screen.findByText(/from the image it is on/u);
    const codes = [...(words.parentElement?.querySelectorAll('code') ?? [])];
    expect(codes.map(({ textContent }) => textContent.slice(0, 19))).toEqual([
      fakeDigestOf('1.7.9').slice(0, 19),
      digest.slice(0, 19),
    ]);
    await pressButton('Show the plan to move');
    expect(useDialogs.getState().dialog).toMatchObject({
      requests: [{ kind: 'move-tag', tag: '1.7.9', digest }],
    });
  });

  it('asks the registry where the table does not know', async () => {
    const { fake } = showWindow({
      script: (fake) =>
        fake.scriptStream('tag:list', (_request, send) => {
          send({ kind: 'page', page: { names: '1.8.2', attachedTags: [] } });
          return undefined;
        }),
    });
    await findRow('1.8.2');
    fake.scriptStream('tag:details', ({ tags }, send) =>
      sendPages(
        [
          {
            details: [],
            failures: tags.map((tag) => ({ tag, error: errorOf('not-found', 'Not there.') })),
          },
        ],
        null,
        send,
      ),
    );
    askForTag();
    await typeName('edge');
    expect(await screen.findByText('The name is free.')).toBeDefined();
    expect(requestsTo(fake, 'tag:details')).toContainEqual({ ...place, tags: ['edge'] });
  });

  it('is refused with its reason: no tag, or one that is there', async () => {
    showWindow();
    await findRow('1.8.2');
    askForTag();
    const button = await findButton('Show the plan');
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await typeName('no tag');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    await typeName('latest');
    expect(await screen.findByText('The image has this tag already.')).toBeDefined();
    fireEvent.submit(field().form as HTMLFormElement);
    expect(useDialogs.getState().dialog?.kind).toBe('name-tag');
  });
});

describe('a rename', () => {
  it('begins with the name as it is, and complains only about what was typed', async () => {
    showWindow();
    await findRow('1.8.2');
    askForRename();
    await waitFor(() => expect(field().value).toBe('1.8.2'));
    expect(field().getAttribute('aria-invalid')).not.toBe('true');
    await typeName('1.7.9');
    expect(await screen.findByText(/^This tag is taken by another image/u)).toBeDefined();
    await typeName('1.8.3');
    await pressButton('Show the plan to rename');
    expect(useDialogs.getState().dialog).toMatchObject({
      requests: [{ kind: 'rename-tag', from: '1.8.2', to: '1.8.3' }],
    });
  });
});
