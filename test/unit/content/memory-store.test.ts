import { onTestFinished } from 'vitest';
import { describeContentStore } from '#test/content-store-suite';
import { createMemoryStore } from '#core/content/index';

describeContentStore('memory', async () => {
  const store = createMemoryStore();
  onTestFinished(() => store.close());
  return { store };
});
