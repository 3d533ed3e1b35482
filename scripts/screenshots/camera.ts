import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';

const THEMES = ['light', 'dark'] as const;
/** A phone and a desk. The README is read at about 1000 px, so its pictures are less wide. */
const SIZES = [
  { width: 380, height: 800 },
  { width: 1440, height: 900 },
];
const README_SIZES = [{ width: 1200, height: 760 }];

export interface Camera {
  /** Takes the page as it is in every theme and width. `isBest` marks what the README shows. */
  shoot(page: Page, name: string, options?: ShotOptions): Promise<void>;
  taken(): number;
}

interface ShotOptions {
  isBest?: boolean;
  /** Below the fold too. */
  whole?: boolean;
  /** What is brought to the middle in each width. */
  centre?: Locator;
  /** For what closes or moves when the width changes. */
  onlyWidth?: number;
}

/** Writes `<name>-<width>-<theme>.png`, or for the README only the best ones as `<name>-<theme>.png`. */
export async function openCamera(folder: string, isForReadme: boolean): Promise<Camera> {
  await mkdir(folder, { recursive: true });
  let count = 0;
  return {
    async shoot(page, name, { isBest = false, whole = false, centre, onlyWidth } = {}) {
      if (isForReadme && !isBest) return;
      const before = page.viewportSize();
      // Nothing is meant to look as if pointed at.
      await page.mouse.move(1, 1);
      for (const { width, height } of isForReadme ? README_SIZES : SIZES) {
        if (onlyWidth !== undefined && width !== onlyWidth) continue;
        await page.setViewportSize({ width, height });
        await centre?.evaluate((element) => element.scrollIntoView({ block: 'center' }));
        for (const theme of THEMES) {
          await dressIn(page, theme);
          const file = isForReadme ? `${name}-${theme}.png` : `${name}-${width}-${theme}.png`;
          await page.screenshot({ path: join(folder, file), fullPage: whole && !isForReadme, caret: 'hide' });
          count += 1;
        }
      }
      if (before) await page.setViewportSize(before);
    },
    taken: () => count,
  };
}

/** Emulation takes hold a frame or two later; a picture taken before would mix both themes. */
async function dressIn(page: Page, theme: (typeof THEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.waitForFunction((query) => matchMedia(query).matches, `(prefers-color-scheme: ${theme})`);
  await page.evaluate(async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
  });
}
