// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ImageView, ReferrersReport } from '#contract/image';
import { useSelection } from '#state/selection';
import { fakeImage, fakeIndex, fakeReferrers } from '#test/fake-images';
import { errorOf } from '#test/fake-rows';
import { fakeDigest } from '#test/fake-tags';
import type { FakeApi } from '#test/fake-api';
import { setUpWindow } from '../renderer/render-window';
import { buttonNamed, press, requestsTo, showImage } from './show';

setUpWindow();

const openTab = async (title: string): Promise<void> => {
  const tab = await waitFor(() => {
    const found = [...document.querySelectorAll<HTMLElement>('[role=tab]')].find(
      ({ textContent }) => textContent === title,
    );
    if (found === undefined) throw new Error(`There is no tab ${title}.`);
    return found;
  });
  fireEvent.click(tab);
};

const tabTitles = (): readonly string[] =>
  [...document.querySelectorAll('[role=tab]')].map(({ textContent }) => textContent);

const answerWith =
  (view: Partial<ImageView>) =>
  (fake: FakeApi): void =>
    fake.scriptStream('image:inspect', ({ repository, reference }, send) => {
      const value = { ...fakeImage(repository, reference), ...view };
      setTimeout(() => send({ kind: 'end', value }), 0);
      return undefined;
    });

const platformButton = (name: string): HTMLElement => buttonNamed(name);

describe('the head', () => {
  it('shows the tag and its whole digest to copy', async () => {
    const { fake } = showImage();
    await screen.findByText('Summary');
    press('Copy digest');
    await waitFor(() =>
      expect(requestsTo(fake, 'app:copy-text')).toEqual([{ text: fakeDigest('1.8.2') }]),
    );
  });

  it('shows an error with its reason, and asks again', async () => {
    const { fake } = showImage({ tag: 'broken' });
    expect(await screen.findByText('Not found')).toBeDefined();
    press('Try again');
    await waitFor(() => expect(requestsTo(fake, 'image:inspect')).toHaveLength(2));
  });

  it('cancels the reading when another tag is selected', async () => {
    const { fake } = showImage({
      script: (api) => api.scriptStream('image:inspect', () => undefined),
    });
    await waitFor(() => expect(requestsTo(fake, 'image:inspect')).toHaveLength(1));
    act(() => useSelection.getState().selectTag('1.8.1'));
    await waitFor(() => expect(fake.cancelled).toContain('image:inspect'));
  });
});

describe('an index', () => {
  it('trap 16: lists platforms with their attestations below them, and no unknown/unknown', async () => {
    showImage({ tag: '1.8.2-debug' });
    await screen.findByText('Platforms');
    const lines = [...document.querySelectorAll('ul li')].map(({ textContent }) => textContent);
    expect(lines.map((line) => line.replace(/[0-9a-f]{12}–?$/u, '').trim())).toEqual([
      'linux/amd64',
      'attestation',
      'linux/arm64',
      'attestation',
      'linux/arm/v7',
      'attestation',
    ]);
    expect(document.body.textContent).not.toContain('unknown/unknown');
  });

  it('trap 41: does not show the size of a manifest as the size of an image', async () => {
    showImage({ tag: '1.8.2-debug' });
    const line = (await screen.findByText('Platforms')).closest('section');
    expect(line?.textContent).not.toContain('1.8 kB');
    expect(line?.textContent).not.toContain('840 B');
  });

  it('shows a child with the way back to the index', async () => {
    showImage({ tag: '1.8.2-debug' });
    await screen.findByText('Platforms');
    fireEvent.click(platformButton('linux/arm64'));
    await screen.findByText('Base image');
    expect(useSelection.getState().digest).toBe(fakeDigest('linux/arm64'));
    expect(platformButton('linux/arm64').getAttribute('aria-pressed')).toBe('true');
    press('1.8.2-debug');
    expect(await screen.findByText('Platforms')).toBeDefined();
    expect(useSelection.getState().digest).toBeNull();
  });

  it('changes between platforms without piling up steps', async () => {
    showImage({ tag: '1.8.2-debug' });
    await screen.findByText('Platforms');
    fireEvent.click(platformButton('linux/arm64'));
    await screen.findByText('Base image');
    await waitFor(() => platformButton('linux/amd64'));
    fireEvent.click(platformButton('linux/amd64'));
    await waitFor(() => expect(document.querySelectorAll('nav li')).toHaveLength(2));
    expect(useSelection.getState().digest).toBe(fakeDigest('linux/amd64'));
  });

  it('shows the layers of one platform and says which', async () => {
    showImage({ tag: '1.8.2-debug' });
    await openTab('Layers');
    expect(await screen.findByText(/^linux\/amd64/u, { selector: 'strong' })).toBeDefined();
    expect(screen.getAllByText('RUN')).toHaveLength(2);
  });

  it('comes back to the child that was open before a restart', async () => {
    showImage({ tag: '1.8.2-debug', digest: fakeDigest('linux/arm64') });
    await screen.findByText('Base image');
    expect(buttonNamed('1.8.2-debug')).toBeDefined();
    await waitFor(() =>
      expect(platformButton('linux/arm64').getAttribute('aria-pressed')).toBe('true'),
    );
  });

  it('offers many platforms as a menu', async () => {
    const index = fakeIndex('shop/api', '1.8.2');
    const [first] = index.entries;
    const entries = Array.from({ length: 9 }, (_, at) => ({
      ...(first as (typeof index.entries)[number]),
      digest: fakeDigest(`platform ${at}`),
      platform: `linux/cpu${at}`,
    }));
    showImage({ script: answerWith({ ...index, entries }) });
    await screen.findByText('Platforms');
    expect(buttonNamed('Platform: index of 9 platforms')).toBeDefined();
  });
});

describe('layers', () => {
  it('stand beside the history, empty steps without a bar', async () => {
    showImage();
    await openTab('Layers');
    await screen.findByText('5 layers, 84.1 MB compressed');
    expect(document.querySelectorAll('ol li')).toHaveLength(9);
    expect(document.querySelectorAll('ol li:not([data-empty])')).toHaveLength(5);
  });

  it('show the whole command, digest and media type on a click', async () => {
    showImage();
    await openTab('Layers');
    const step = (await screen.findByText('COPY', { selector: 'li:nth-child(3) span' })).closest(
      'button',
    );
    fireEvent.click(step as HTMLElement);
    expect(screen.getByText('application/vnd.oci.image.layer.v1.tar+gzip')).toBeDefined();
    expect(step?.getAttribute('aria-expanded')).toBe('true');
  });

  it('trap 38: are apart from a history that does not line up', async () => {
    const view = fakeImage('shop/api', '1.8.2');
    const history = view.history.map(({ instruction, text, isEmptyLayer }) => ({
      instruction,
      text,
      isEmptyLayer,
    }));
    showImage({ script: answerWith({ history, historyLinked: false }) });
    await openTab('Layers');
    expect(await screen.findByText(/do not line up|they are listed apart/u)).toBeDefined();
    expect(document.querySelectorAll('ol')).toHaveLength(2);
  });

  it('trap 36, trap 37: name zstd, encrypted and foreign ones', async () => {
    const view = fakeImage('shop/api', '1.8.2');
    const [a, b, c, ...rest] = view.layers;
    const layers = [
      { ...(a as (typeof view.layers)[number]), compression: 'zstd' as const },
      { ...(b as (typeof view.layers)[number]), compression: 'encrypted' as const },
      { ...(c as (typeof view.layers)[number]), isForeign: true },
      ...rest,
    ];
    showImage({ script: answerWith({ layers }) });
    await openTab('Layers');
    expect(await screen.findByText('zstd')).toBeDefined();
    expect(screen.getByText('encrypted')).toBeDefined();
    expect(screen.getByText('foreign')).toBeDefined();
  });
});

describe('an artifact', () => {
  const chart: Partial<ImageView> = {
    artifact: {
      kind: 'helm-chart',
      label: 'Helm chart',
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
    },
    history: [],
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
        digest: fakeDigest('prov'),
        sizeBytes: 900,
        annotations: [],
        compression: 'none',
        isForeign: false,
        title: 'shop-0.4.1.tgz.prov',
      },
    ],
  };

  it('trap 42: lists files, and views those that are text', async () => {
    const { fake } = showImage({ script: answerWith(chart) });
    await openTab('Files');
    expect(await screen.findByText('shop-0.4.1.tgz.prov')).toBeDefined();
    press('View shop-0.4.1.tgz.prov');
    await waitFor(() =>
      expect(requestsTo(fake, 'image:blob')).toEqual([
        { registryId: 'harbor', repository: 'shop/api', digest: fakeDigest('prov') },
      ]),
    );
    expect(await screen.findByText('"architecture"')).toBeDefined();
  });

  it('trap 42: is never pulled with docker', async () => {
    showImage({ script: answerWith(chart) });
    await screen.findByText('Pull by digest');
    expect(buttonNamed('Pull with helm')).toBeDefined();
    expect(screen.queryByText(/docker pull/u)).toBeNull();
    expect(document.querySelector('[aria-label="Pull with docker"]')).toBeNull();
  });
});

describe('an attestation', () => {
  it('trap 16: shows its statements and opens their JSON', async () => {
    const view = fakeImage('shop/api', '1.8.2');
    const layers = ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'].map(
      (predicateType) => ({
        ...(view.layers[0] as (typeof view.layers)[number]),
        mediaType: 'application/vnd.in-toto+json',
        digest: fakeDigest(predicateType),
        predicateType,
      }),
    );
    const { fake } = showImage({ script: answerWith({ layers }) });
    expect(await screen.findByText('Provenance (SLSA)')).toBeDefined();
    expect(tabTitles()).toEqual(['Overview', 'Manifest', 'Referrers']);
    fireEvent.click(screen.getByText('SBOM (SPDX)'));
    await waitFor(() => expect(requestsTo(fake, 'image:blob')).toHaveLength(1));
  });
});

describe('the manifest', () => {
  it('is copied exactly as it was sent', async () => {
    const raw = '{ "schemaVersion":2 ,\n"size": 12345678901234567890 }';
    const { fake } = showImage({ script: answerWith({ raw }) });
    await openTab('Manifest');
    await screen.findByText('"schemaVersion"');
    press('Copy manifest');
    await waitFor(() => expect(requestsTo(fake, 'app:copy-text')).toEqual([{ text: raw }]));
  });

  it('opens the config as a blob and a child as a manifest', async () => {
    const { fake } = showImage();
    await openTab('Manifest');
    fireEvent.click(await screen.findByText(fakeDigest('config')));
    await waitFor(() => expect(requestsTo(fake, 'image:blob')).toHaveLength(1));
    expect(useSelection.getState().digest).toBeNull();
    press('Back');
    await openTab('Manifest');
    expect(await screen.findByText(fakeDigest('config'))).toBeDefined();
  });

  it('says when only a part is shown', async () => {
    showImage({ script: answerWith({ rawTruncated: true }) });
    await openTab('Manifest');
    expect(await screen.findByText(/Only the first 1 MiB/u)).toBeDefined();
  });
});

describe('referrers', () => {
  const withReport =
    (report: Partial<ReferrersReport>) =>
    (fake: FakeApi): void =>
      fake.scriptStream('image:referrers', (_request, send) => {
        setTimeout(() => send({ kind: 'end', value: { ...fakeReferrers, ...report } }), 0);
        return undefined;
      });

  it('are read only when they are looked at, say where they were found, and lead on and back', async () => {
    const { fake } = showImage();
    await screen.findByText('Summary');
    expect(requestsTo(fake, 'image:referrers')).toHaveLength(0);
    await openTab('Referrers');
    expect(await screen.findByText('cosign tag')).toBeDefined();
    fireEvent.click(screen.getByText('application/spdx+json'));
    await waitFor(() => expect(useSelection.getState().digest).toBe(fakeDigest('sbom')));
    press('Back');
    expect(useSelection.getState().digest).toBeNull();
  });

  it('say that nothing refers, and when the list may be incomplete', async () => {
    showImage({ script: withReport({ referrers: [], problem: 'The API answered 500.' }) });
    await openTab('Referrers');
    expect(await screen.findByText('The API answered 500.')).toBeDefined();
    expect(screen.getByText(/Nothing refers to this manifest/u)).toBeDefined();
  });

  it('show an error beside the attestations of the index', async () => {
    const error = errorOf('registry-failed', 'The registry answered 502.');
    showImage({
      tag: '1.8.2-debug',
      script: (fake) =>
        fake.scriptStream('image:referrers', (_request, send) => {
          setTimeout(() => send({ kind: 'failed', error }), 0);
          return undefined;
        }),
    });
    await openTab('Referrers');
    expect(await screen.findByText('The registry answered 502.')).toBeDefined();
    expect(screen.getByText('about linux/arm64')).toBeDefined();
  });
});

describe('the config', () => {
  it('is filtered by key and value', async () => {
    showImage();
    await openTab('Config');
    fireEvent.change(await screen.findByLabelText('Filter the config'), {
      target: { value: 'node_env' },
    });
    expect(screen.getByText('NODE_ENV')).toBeDefined();
    expect(screen.queryByText('PATH')).toBeNull();
    expect(screen.getByText('1 of 2')).toBeDefined();
  });

  it('is read as a blob only when its JSON is asked for', async () => {
    const { fake } = showImage();
    await openTab('Config');
    await screen.findByText('NODE_ENV');
    expect(requestsTo(fake, 'image:blob')).toHaveLength(0);
    fireEvent.click(screen.getByText('JSON'));
    await waitFor(() => expect(requestsTo(fake, 'image:blob')).toHaveLength(1));
  });

  it('that could not be read does not hide the rest', async () => {
    const { config: _, ...rest } = fakeImage('shop/api', '1.8.2');
    showImage({
      script: (fake) =>
        fake.scriptStream('image:inspect', (_request, send) => {
          const value = { ...rest, configProblem: 'The blob is gone.' };
          setTimeout(() => send({ kind: 'end', value }), 0);
          return undefined;
        }),
    });
    expect(
      await screen.findByText(/The config could not be read: The blob is gone\./u),
    ).toBeDefined();
    expect(screen.getByText('Base image')).toBeDefined();
  });
});

describe('text from the registry', () => {
  it('is shown escaped and runs nothing', async () => {
    showImage();
    await screen.findByText('Summary');
    expect(document.querySelector('img')).toBeNull();
    expect(document.body.textContent).toContain('\\u202egnp.exe\\u0007\\n');
  });
});
