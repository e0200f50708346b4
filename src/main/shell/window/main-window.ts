import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import type { Theme, WindowBounds } from '#core/settings/schema';

const minimumSize = { minWidth: 1024, minHeight: 640 };

/** The colour behind the window before it paints: the theme's own, so that nothing flashes. */
const backgroundColor = (): string => (nativeTheme.shouldUseDarkColors ? '#15181d' : '#ffffff');

type Options = {
  readonly url: string;
  readonly preload: string;
  readonly bounds: WindowBounds;
  readonly onBoundsChange: (bounds: WindowBounds) => void;
};

/** Opens the app's only window: sandboxed, isolated, at the place where it was left. */
export const openMainWindow = ({
  url,
  preload,
  bounds,
  onBoundsChange,
}: Options): BrowserWindow => {
  const window = new BrowserWindow({
    ...placeOf(bounds),
    ...minimumSize,
    show: false,
    title: 'Tagboat',
    autoHideMenuBar: true,
    backgroundColor: backgroundColor(),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (bounds.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  rememberBounds(window, onBoundsChange);
  void window.loadURL(url);
  return window;
};

/** The native frame, the scroll bars and `prefers-color-scheme` follow the setting. */
export const applyTheme = (theme: Theme): void => {
  nativeTheme.themeSource = theme;
};

export const preloadPath = (outDirectory: string): string =>
  join(outDirectory, 'preload/index.cjs');

const rememberBounds = (
  window: BrowserWindow,
  onBoundsChange: (bounds: WindowBounds) => void,
): void => {
  const tell = (): void => {
    if (window.isMinimized() || window.isFullScreen()) return;
    onBoundsChange({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  window.on('resized', tell);
  window.on('moved', tell);
  window.on('maximize', tell);
  window.on('unmaximize', tell);
  window.on('close', tell);
};

/** A window left on a screen that is gone comes back in the middle of the one that is there. */
const placeOf = (bounds: WindowBounds): Partial<Rectangle> => {
  const { width, height } = bounds;
  if (bounds.x === null || bounds.y === null) return { width, height };
  const place = { x: bounds.x, y: bounds.y, width, height };
  const { workArea } = screen.getDisplayMatching(place);
  const isVisible =
    place.x < workArea.x + workArea.width - 40 &&
    place.x + width > workArea.x + 40 &&
    place.y >= workArea.y - 8 &&
    place.y < workArea.y + workArea.height - 40;
  return isVisible ? place : { width, height };
};
