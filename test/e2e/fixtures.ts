import { test as base } from '@playwright/test';
import { launchTagboat, type LaunchOptions, type Tagboat } from '#test/launch';

type Fixtures = {
  /** Name of the profile folder inside the test's output folder. */
  profileName: string;
  /** Starts Tagboat in this test's own profile; may be called again after `close`, to see what a restart keeps. */
  launch: (options?: LaunchOptions) => Promise<Tagboat>;
  /** Tagboat, running. */
  tagboat: Tagboat;
  /** This test's own profile folder: the same for every launch of the test, gone after it. */
  userDataDir: string;
};

/** Every test has a profile of its own, and whatever it started is closed when it ends, however it ends. */
export const test = base.extend<Fixtures>({
  profileName: ['profile', { option: true }],

  userDataDir: async ({ profileName }, provide, testInfo) => {
    await provide(testInfo.outputPath(profileName));
  },

  launch: async ({ userDataDir }, provide, testInfo) => {
    const running: Tagboat[] = [];
    await provide(async (options = {}) => {
      const tagboat = await launchTagboat({ userDataDir, ...options });
      running.push(tagboat);
      return tagboat;
    });
    const isFailed = testInfo.status !== testInfo.expectedStatus;
    for (const tagboat of running) {
      if (isFailed) await attachEvidence(tagboat, testInfo);
      await tagboat.close();
    }
  },

  tagboat: async ({ launch }, provide) => {
    await provide(await launch());
  },
});

/** What a person would look at first after a failure: the window and what the app wrote. */
async function attachEvidence(
  tagboat: Tagboat,
  testInfo: ReturnType<typeof test.info>,
): Promise<void> {
  await testInfo.attach('output', { body: tagboat.output(), contentType: 'text/plain' });
  try {
    await testInfo.attach('window', {
      body: await tagboat.page.screenshot(),
      contentType: 'image/png',
    });
  } catch {
    // the window is gone, which the output explains
  }
}

export { expect } from '@playwright/test';
