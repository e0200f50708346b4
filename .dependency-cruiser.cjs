/** The import rules of docs/architecture.md: arrows only downwards. */
const core = '^src/main/core/';
/** `from` may import only what `to` matches (plus its own room). */
const only = (name, from, allowed, comment, builtIns = ['core']) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed, dependencyTypesNot: builtIns },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.css$'] },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('oci-imports-nothing', '^src/shared/oci/', ['^src/shared/oci/'], 'shared/oci is pure', []),
    only(
      'contract-imports-oci-and-zod',
      '^src/shared/contract/',
      ['^src/shared/(contract|oci)/', 'node_modules/zod/'],
      'shared/contract compiles without Node, DOM or Electron',
      [],
    ),
    only('preload', '^src/preload/', ['^src/shared/contract/', '^src/preload/', 'electron'], ''),
    only(
      'local-registry-is-extractable',
      '^src/main/core/local-registry/',
      ['^src/main/core/local-registry/', '^src/shared/oci/'],
      'local-registry imports shared/oci and node: only',
    ),
    only(
      'registry',
      '^src/main/core/registry/(?!transport/)',
      ['^src/main/core/registry/', '^src/shared/oci/'],
      'core/registry imports shared/oci and node:; undici only below transport',
    ),
    only(
      'transport',
      '^src/main/core/registry/transport/',
      ['^src/main/core/registry/', '^src/shared/oci/', 'node_modules/undici'],
      '',
    ),
    only(
      'local-guides-are-words',
      '^src/main/core/local-guides/',
      ['^src/main/core/local-guides/', '^src/shared/oci/'],
      'local-guides is pure: what depends on the machine is given to it',
    ),
    only(
      'sample-images',
      '^src/main/core/sample-images/',
      ['^src/main/core/(sample-images|registry)/', '^src/shared/oci/'],
      'sample-images pushes through a registry client and knows nothing else',
    ),
    only(
      'local-runtime',
      '^src/main/core/local-runtime/',
      [
        '^src/main/core/(local-runtime|local-registry|local-guides|certificates|backup-archive|settings)/',
        '^src/shared/oci/',
        'node_modules/bcryptjs',
      ],
      'local-runtime runs local-registry; what the window makes of it is known to services',
    ),
    {
      name: 'libraries-in-one-room',
      severity: 'error',
      comment: 'who needs a certificate or an archive asks the room',
      from: { path: '^src/', pathNot: '^src/main/core/(certificates|backup-archive)/' },
      to: { path: 'node_modules/(@peculiar|reflect-metadata|tar-stream)' },
    },
    only(
      'content',
      '^src/main/core/content/',
      ['^src/main/core/content/', '^src/main/core/registry/index', '^src/shared/oci/'],
      'core/content imports shared/oci, node: and the public file of core/registry',
    ),
    {
      name: 'core-never-electron',
      severity: 'error',
      from: { path: core },
      to: {
        path: [
          '^src/main/shell/',
          '^src/main/cli/',
          '^src/renderer/',
          '^src/preload/',
          'node_modules/electron/',
          '^electron$',
          'node_modules/keytar',
        ],
      },
    },
    {
      name: 'contract-only-in-services',
      severity: 'error',
      comment: 'the wire is known to services, not to the rooms below',
      from: { path: core, pathNot: '^src/main/core/(services|tasks)/' },
      to: { path: '^src/shared/contract/' },
    },
    {
      name: 'renderer-never-main',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: {
        path: ['^src/main/', '^src/preload/', 'node_modules/electron/', '^electron$'],
      },
    },
    {
      name: 'features-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/renderer/src/features/([^/]+)/' },
      to: { path: '^src/renderer/src/features/', pathNot: '^src/renderer/src/features/$1/' },
    },
    {
      name: 'features-do-not-know-app',
      severity: 'error',
      from: { path: '^src/renderer/src/(features|components|state|lib)/' },
      to: { path: '^src/renderer/src/app/' },
    },
    {
      name: 'components-do-not-know-features',
      severity: 'error',
      from: { path: '^src/renderer/src/(components|state|lib)/' },
      to: { path: '^src/renderer/src/features/' },
    },
    {
      name: 'shell-and-cli-are-apart',
      severity: 'error',
      from: { path: '^src/main/cli/' },
      to: { path: ['^src/main/shell/', 'node_modules/electron/', '^electron$'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.css', '.json'],
    },
  },
};
