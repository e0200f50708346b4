// @vitest-environment jsdom
import { act, configure, fireEvent, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { JsonView } from '#components/JsonView';
import { KeyValueTable } from '#components/KeyValueTable';
import { LongText } from '#components/LongText';
import { PullCommand } from '#components/PullCommand';
import { RelativeDate } from '#components/RelativeDate';
import { ExternalLink } from '#components/ExternalLink';
import { HintArea } from '#components/HintArea';
import { usePreferences } from '#state/preferences';
import { hostileText } from '#test/fake-rows';
import { renderInWindow, setUpWindow } from '../renderer/render-window';

setUpWindow();
vi.setConfig({ testTimeout: 40_000 });
configure({ asyncUtilTimeout: 10_000 });

/** Renders inside an element of its own, apart from the style sheets that Mantine adds. */
const renderAlone = (ui: ReactNode) => {
  const rendered = renderInWindow(<section data-testid="alone">{ui}</section>);
  return { ...rendered, container: screen.getByTestId('alone') };
};

const registry = { host: 'harbor.corp.example', plainHttp: false };

describe('PullCommand', () => {
  it('is for the engine of the settings, and copies all of it', async () => {
    usePreferences.setState({ pullEngine: 'podman' });
    const { fake } = renderInWindow(
      <PullCommand registry={registry} repository="shop/api" point="1.8.2" kind="image" />,
    );
    expect(screen.getByText('pull harbor.corp.example/shop/api:1.8.2')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Copy pull command' }));
    await waitFor(() => {
      expect(fake.recorded).toContainEqual({
        channel: 'app:copy-text',
        request: { text: 'podman pull harbor.corp.example/shop/api:1.8.2' },
      });
    });
  });

  it('changes the engine for good', async () => {
    renderInWindow(
      <PullCommand registry={registry} repository="shop/api" point="1.8.2" kind="image" />,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Pull with docker' }));
    fireEvent.click(await screen.findByRole('menuitemradio', { name: 'crane' }));
    expect(usePreferences.getState().pullEngine).toBe('crane');
  });

  it.each(['helm-chart', 'sbom', 'signature', 'wasm', 'model', 'artifact'] as const)(
    'trap 42: never offers a container engine for %s',
    async (kind) => {
      renderInWindow(
        <PullCommand registry={registry} repository="charts/shop" point="0.4.1" kind={kind} />,
      );
      const engine = kind === 'helm-chart' ? 'helm' : 'oras';
      fireEvent.click(screen.getByRole('button', { name: `Pull with ${engine}` }));
      await screen.findAllByRole('menuitemradio');
      expect(document.body.textContent).not.toMatch(/docker|podman|nerdctl|skopeo|crane/u);
    },
  );

  it('shows nothing for names that cannot stand in a reference', () => {
    const { container } = renderAlone(
      <PullCommand registry={registry} repository="$(reboot)" point="1" kind="image" />,
    );
    expect(container.textContent).toBe('');
  });
});

describe('RelativeDate', () => {
  const now = Date.UTC(2026, 7, 14);

  it('trap 17: names the source of the date', () => {
    renderInWindow(
      <RelativeDate date={{ at: '2026-08-12T00:00:00Z', source: 'label' }} now={now} />,
    );
    expect(screen.getByText('2 days ago').dataset['hint']).toMatch(/2026.*\n.*label/su);
  });

  it.each([undefined, { at: '1970-01-01T00:00:00Z', source: 'config' } as const])(
    'trap 39: says "not recorded" for %j',
    (date) => {
      renderInWindow(<RelativeDate date={date} now={now} />);
      expect(screen.getByText('not recorded')).toBeDefined();
    },
  );
});

describe('LongText', () => {
  it('makes hidden and reordering characters visible, and runs no markup', () => {
    const { container } = renderAlone(<LongText text={hostileText} />);
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain('\\u202e');
    expect(container.textContent).not.toContain('\u202E');
  });

  it('cuts what is long until it is asked for, and even then a bound holds', () => {
    const { container } = renderAlone(<LongText text={'x'.repeat(1_000_000)} />);
    expect(container.textContent?.length).toBeLessThan(500);
    fireEvent.click(screen.getByRole('button', { name: 'Show 999,680 more characters' }));
    expect(container.textContent?.length).toBeGreaterThan(19_000);
    expect(container.textContent?.length).toBeLessThan(21_000);
    expect(screen.getByRole('button', { name: 'Show less' })).toBeDefined();
  });

  it('says that a value is empty', () => {
    renderInWindow(<LongText text="" />);
    expect(screen.getByText('empty')).toBeDefined();
  });
});

describe('KeyValueTable', () => {
  it('shows repeated keys each time', () => {
    renderInWindow(
      <KeyValueTable
        rows={[
          { key: 'PATH', value: 'one' },
          { key: 'PATH', value: 'two' },
        ]}
      />,
    );
    expect(screen.getAllByText('PATH')).toHaveLength(2);
  });
});

describe('ExternalLink', () => {
  it('opens https through main', async () => {
    const { fake } = renderInWindow(<ExternalLink text="https://git.corp.example/shop" />);
    fireEvent.click(screen.getByRole('button'));
    await waitFor(() => {
      expect(fake.recorded.map(({ channel }) => channel)).toContain('app:open-link');
    });
  });

  it.each([
    'http://git.corp.example',
    'javascript:alert(1)',
    'https://exa\u202Emple.com',
    'https://a b',
    'file:///etc/passwd',
    'not a link',
  ])('leaves %s as text', (text) => {
    renderInWindow(<ExternalLink text={text} />);
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('JsonView', () => {
  it('draws only lines in view of a megabyte, and loses none to the layout', async () => {
    const layers = Array.from({ length: 12_000 }, (_, at) => ({ size: at, type: 'x'.repeat(60) }));
    const { container } = renderAlone(
      <JsonView text={JSON.stringify({ layers })} label="Manifest" />,
    );
    await screen.findByText('"layers"');
    expect(container.querySelectorAll('span').length).toBeLessThan(2000);
    expect(container.innerHTML).toContain(`height: ${(4 * 12_000 + 4) * 18 + 16}px`);
  });

  it('cuts a line that would freeze the window, and says by how much', async () => {
    const { container } = renderAlone(
      <JsonView text={JSON.stringify({ a: 'x'.repeat(500_000) })} label="Manifest" />,
    );
    await screen.findByText(/more characters/u);
    expect(container.textContent?.length).toBeLessThan(3000);
  });

  it('makes every digest a link', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const onOpenDigest = vi.fn<(digest: string) => void>();
    renderInWindow(
      <JsonView
        text={JSON.stringify({ config: { digest } })}
        label="Manifest"
        onOpenDigest={onOpenDigest}
      />,
    );
    fireEvent.click(await screen.findByRole('button', { name: digest }));
    expect(onOpenDigest).toHaveBeenCalledExactlyOnceWith(digest);
  });

  it('shows text that is no JSON, with its hidden characters visible', async () => {
    renderInWindow(<JsonView text={'SPDX\u202E-2.3\nsecond'} label="Blob" />);
    expect(await screen.findByText(/SPDX\\u202e/u)).toBeDefined();
  });
});

describe('HintArea', () => {
  it('shows the hint of what is pointed at, and hides it at a press', () => {
    vi.useFakeTimers();
    try {
      renderAlone(
        <HintArea>
          <span data-hint="all of it">cut</span>
        </HintArea>,
      );
      fireEvent.pointerOver(screen.getByText('cut'));
      expect(screen.queryByRole('tooltip')).toBeNull();
      act(() => {
        vi.advanceTimersByTime(500);
      });
      expect(screen.getByRole('tooltip').textContent).toBe('all of it');
      fireEvent.pointerDown(screen.getByText('cut'));
      expect(screen.queryByRole('tooltip')).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});
