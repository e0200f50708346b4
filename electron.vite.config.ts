import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The oldest runtime that the code runs on is Electron 33: Node 20.18 and Chromium 130. */
const nodeTarget = 'node20.18';
const browserTarget = 'chrome130';

/**
 * Three builds. Everything but native and Electron modules is bundled into main, because one file starts
 * faster than a tree of packages; the preload is a single CJS file, because a sandboxed preload cannot require.
 */
export default defineConfig({
  main: {
    build: {
      target: nodeTarget,
      externalizeDeps: false,
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          cli: 'src/main/cli/index.ts',
          'local-registry-process': 'src/main/shell/local-registry/process.ts',
        },
        external: ['electron', 'keytar'],
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      target: nodeTarget,
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      target: browserTarget,
      minify: true,
      // The content security policy lets fonts come from files only.
      assetsInlineLimit: 0,
      rollupOptions: { input: { index: 'src/renderer/index.html' } },
    },
    plugins: [react()],
  },
});
