import { describe, expect, it } from 'vitest';
import { planGraduation, type GraduationInput, type GraduationSource } from '#core/graduate/index';
import { formatYaml } from '#core/graduate/yaml';

const input: GraduationInput = {
  release: 'registry:3',
  storage: { kind: 'folder' },
  port: 5443,
  hostName: 'registry.example.com',
};
const source: GraduationSource = {
  platform: 'linux',
  storageFolder: '/home/ada/local registry',
  targetFolder: '/srv/registry',
  owner: { uid: 1000, gid: 1001 },
  htpasswd: 'ada:$2y$10$abc\n',
  tls: true,
  certificate: {
    certificatePem: 'CERTIFICATE',
    keyPem: 'KEY',
    caPem: 'CA',
    expiresAt: '2027-05-06T00:00:00.000Z',
  },
  canDelete: true,
  readOnly: false,
  webhookUrl: null,
};
const s3 = { kind: 's3', region: 'eu-central-1', bucket: 'my-images' } as const;

function plan(
  changes: { input?: Partial<GraduationInput>; source?: Partial<GraduationSource> } = {},
) {
  const made = planGraduation({ ...input, ...changes.input }, { ...source, ...changes.source });
  const textOf = (name: string): string =>
    made.files.find((file) => file.name === name)?.content ?? '';
  return { ...made, textOf, names: made.files.map(({ name }) => name) };
}

describe('planGraduation', () => {
  it('over the same folder, with users and TLS', () => {
    const { names, textOf } = plan();
    expect(names).toEqual([
      'README.md',
      'compose.yaml',
      'config.yml',
      'registry.service',
      'htpasswd',
      'certs/registry.crt',
      'certs/registry.key',
      'certs/ca.crt',
    ]);
    expect(textOf('config.yml').replaceAll(/^#.*\n/gmu, '')).toBe(`version: 0.1
log:
  level: info
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: ":5000"
  tls:
    certificate: /etc/registry/certs/registry.crt
    key: /etc/registry/certs/registry.key
auth:
  htpasswd:
    realm: Registry
    path: /etc/registry/htpasswd
`);
    expect(textOf('compose.yaml')).toBe(`services:
  registry:
    image: "registry:3"
    restart: unless-stopped
    user: "1000:1001"
    ports:
      - "5443:5000"
    volumes:
      - type: bind
        source: "/home/ada/local registry"
        target: /var/lib/registry
        bind:
          selinux: z
      - type: bind
        source: "./config.yml"
        target: /etc/distribution/config.yml
        read_only: true
        bind:
          selinux: z
      - type: bind
        source: "./htpasswd"
        target: /etc/registry/htpasswd
        read_only: true
        bind:
          selinux: z
      - type: bind
        source: "./certs"
        target: /etc/registry/certs
        read_only: true
        bind:
          selinux: z
`);
  });

  it('listens on this machine only without a user or without TLS (trap 52)', () => {
    for (const changes of [{ htpasswd: '' }, { tls: false }, { htpasswd: '\n', tls: false }]) {
      const { textOf, changes: words, nextSteps } = plan({ source: changes });
      expect(textOf('compose.yaml')).toContain('- "127.0.0.1:5443:5000"');
      expect(textOf('registry.service')).toContain(
        String.raw`"REGISTRY_HTTP_ADDR=\"127.0.0.1:5443\""`,
      );
      expect(words.join('\n')).toContain('The address is 127.0.0.1:5443');
      expect(nextSteps.map(({ text }) => text).join('\n')).not.toContain('registry.example.com');
    }
    expect(plan().textOf('registry.service')).toContain(String.raw`"REGISTRY_HTTP_ADDR=\":5443\""`);
  });

  it('keeps the switches: deletes, read-only, webhook', () => {
    const { textOf, staysTheSame } = plan({
      source: { canDelete: false, readOnly: true, webhookUrl: 'https://ci.test/hook?a=1#x' },
    });
    const config = textOf('config.yml');
    expect(config).toContain('  delete:\n    enabled: false\n');
    expect(config).toContain('  maintenance:\n    readonly:\n      enabled: true\n');
    expect(config).toContain('    - name: webhook\n      url: "https://ci.test/hook?a=1#x"\n');
    expect(staysTheSame.join('\n')).toMatch(/Deleting stays off[^]*read-only[^]*ci\.test/u);
  });

  it('into a bucket: the content is copied, no key stands in a file that is shown', () => {
    const { textOf, names, files, nextSteps } = plan({ input: { storage: s3 } });
    expect(textOf('config.yml')).toContain(
      '  s3:\n    region: eu-central-1\n    bucket: my-images\n',
    );
    expect(textOf('compose.yaml')).not.toContain('/home/ada');
    expect(names).toContain('.env');
    expect(files.find(({ name }) => name === '.env')?.isSecret).toBe(true);
    expect(nextSteps.map(({ text }) => text)).toContain(
      "aws s3 sync '/home/ada/local registry/docker' s3://my-images/docker",
    );
  });

  it.each(['registry:2', 'registry:3'] as const)('with MinIO behind %s', (release) => {
    const storage = { ...s3, endpoint: 'http://minio:9000' };
    const { textOf, nextSteps } = plan({ input: { release, storage } });
    const config = textOf('config.yml');
    expect(config).toContain('    regionendpoint: "http://minio:9000"\n    secure: false\n');
    expect(config.includes('forcepathstyle: true')).toBe(release === 'registry:3');
    expect(config).toContain('  redirect:\n    disable: true\n');
    expect(nextSteps.map(({ text }) => text).join('\n')).toContain(
      '--endpoint-url=http://minio:9000',
    );
  });

  it('says what distribution cannot do (traps 1, 2, 12, 13, 43)', () => {
    const two = plan({ input: { release: 'registry:2' } }).changes.join('\n');
    const three = plan().changes.join('\n');
    for (const words of [two, three]) expect(words).toContain('no referrers API');
    expect(two).toContain('removes every tag on its digest');
    expect(two).toContain('Leave out --delete-untagged');
    expect(three).not.toContain('removes every tag');
    expect(three).toContain('ends on 2027-05-06');
    expect(plan({ source: { tls: false } }).changes.join('\n')).not.toContain('certificate');
  });

  it('can be shown before there is a certificate and a folder', () => {
    const { certificate: _, targetFolder: __, ...shown } = source;
    const made = planGraduation(input, shown);
    const unknown = made.files.filter(({ content }) => content === undefined);
    expect(unknown.map(({ name }) => name)).toEqual([
      'certs/registry.crt',
      'certs/registry.key',
      'certs/ca.crt',
    ]);
  });

  it('marks as secret what holds one, and only that is not shown', () => {
    const { files } = plan({ input: { storage: s3 } });
    const secret = files.filter(({ isSecret }) => isSecret).map(({ name }) => name);
    expect(secret).toEqual(['htpasswd', 'certs/registry.key', '.env']);
    const shown = files.filter(({ isSecret }) => !isSecret);
    expect(shown.map(({ content }) => content).join('\n')).not.toMatch(
      /\$2y\$|KEY\b(?!=)(?<!_KEY)/u,
    );
  });

  it('writes a folder with a hostile name as text, in each file', () => {
    const storageFolder = '/tmp/a: "b" $HOME %n #c \'d\'';
    const { textOf } = plan({ source: { storageFolder, targetFolder: storageFolder } });
    const inCompose = /source: (".*HOME.*")$/mu.exec(textOf('compose.yaml'))?.[1] ?? '';
    expect(JSON.parse(inCompose)).toBe(storageFolder.replace('$', '$$$$'));
    // Quoted twice: systemd takes off one, distribution, which reads the variable as YAML, the other.
    expect(textOf('registry.service')).toContain(
      `Environment="REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=\\"/tmp/a: \\\\\\"b\\\\\\" $HOME %%n #c 'd'\\""`,
    );
    expect(textOf('registry.service')).toContain(
      `ExecStart=/usr/local/bin/registry serve "/tmp/a: \\"b\\" $$HOME %%n #c 'd'/config.yml"`,
    );
  });

  it('has no unit and PowerShell quoting on Windows', () => {
    const { names, textOf, nextSteps } = plan({
      source: {
        platform: 'win32',
        storageFolder: "C:\\Users\\O'Brien\\registry",
        targetFolder: 'D:\\new registry',
      },
    });
    expect(names).not.toContain('registry.service');
    expect(textOf('compose.yaml')).toContain('"C:\\\\Users\\\\O\'Brien\\\\registry"');
    expect(nextSteps.map(({ text }) => text)).toContain(
      "cd 'D:\\new registry'\ndocker compose up -d",
    );
  });
});

describe('formatYaml', () => {
  it.each([
    ['true', '"true"'],
    ['No', '"No"'],
    ['y', '"y"'],
    ['1.5', '"1.5"'],
    ['0x1f', '"0x1f"'],
    ['2026-01-01', '"2026-01-01"'],
    ['', '""'],
    ['~', '"~"'],
    ['a: b', '"a: b"'],
    ['a #b', '"a #b"'],
    ['- a', '"- a"'],
    ['*a', '"*a"'],
    ['a\nb', '"a\\nb"'],
    ['eu-central-1', 'eu-central-1'],
  ])('writes the text %j as %s', (text, written) => {
    expect(formatYaml({ key: text })).toBe(`key: ${written}\n`);
  });
});
