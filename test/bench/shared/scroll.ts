import type { Page } from '@playwright/test';

/** Milliseconds of the longest task while the table is scrolled from end to end. */
export const scrollThrough = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    let longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
    }).observe({ entryTypes: ['longtask'] });
    const grid = document.querySelector('[role=grid]');
    let scroller: Element | null = grid;
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 10)
      scroller = scroller.parentElement;
    const height = scroller?.scrollHeight ?? 0;
    for (let top = 0; top < height; top += height / 240) {
      if (scroller) scroller.scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    return longest;
  });
