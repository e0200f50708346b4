import { type ReactNode, useEffect } from 'react';
import { Splitter } from '#components/Splitter';
import { inspectorLimits, sidebarLimits, useLayout } from '#state/layout';
import classes from './Frame.module.css';
import type { PaneWidths } from './pane-widths';
import { focusRegion, rememberFocus } from './regions';

type FrameProps = {
  readonly widths: PaneWidths;
  readonly top: ReactNode;
  readonly sidebar: ReactNode;
  readonly main: ReactNode;
  /** Null: no inspector is shown. */
  readonly inspector: ReactNode;
  readonly status: ReactNode;
};

const focusMain = (): void => {
  const main = document.getElementById('region-main');
  if (main !== null) focusRegion(main);
};

const InspectorRegion = ({
  widths,
  children,
}: {
  readonly widths: PaneWidths;
  readonly children: ReactNode;
}) => {
  const setWidth = useLayout((state) => state.setInspectorWidth);
  return (
    <aside
      id="region-inspector"
      data-region
      tabIndex={-1}
      aria-label="Image"
      className={classes['inspector']}
      data-overlay={widths.isOverlay || undefined}
      style={{ width: widths.inspector }}
    >
      <Splitter
        label="Width of the image pane"
        controls="region-inspector"
        pane="right"
        value={widths.inspector}
        min={inspectorLimits.min}
        max={widths.inspectorMax}
        initial={inspectorLimits.initial}
        onChange={setWidth}
      />
      <div className={classes['pane']}>{children}</div>
    </aside>
  );
};

/** The window's regions and the bars between them. Each region is a landmark with a name, reached by F6. */
export const Frame = ({ widths, top, sidebar, main, inspector, status }: FrameProps) => {
  const setSidebarWidth = useLayout((state) => state.setSidebarWidth);
  useEffect(rememberFocus, []);
  return (
    <div className={classes['frame']}>
      <button type="button" className={classes['skip']} onClick={focusMain}>
        Skip to the tags
      </button>
      <header
        id="region-top"
        data-region
        tabIndex={-1}
        aria-label="Title bar"
        className={classes['top']}
      >
        {top}
      </header>
      <div className={classes['middle']}>
        <nav
          id="region-sidebar"
          data-region
          tabIndex={-1}
          aria-label="Registries and repositories"
          className={classes['sidebar']}
          style={{ width: widths.sidebar }}
        >
          <div className={classes['pane']}>{sidebar}</div>
          <Splitter
            label="Width of the sidebar"
            controls="region-sidebar"
            pane="left"
            value={widths.sidebar}
            min={sidebarLimits.min}
            max={widths.sidebarMax}
            initial={sidebarLimits.initial}
            onChange={setSidebarWidth}
          />
        </nav>
        <main
          id="region-main"
          data-region
          tabIndex={-1}
          aria-label="Tags"
          className={classes['main']}
        >
          {main}
        </main>
        {inspector !== null && <InspectorRegion widths={widths}>{inspector}</InspectorRegion>}
      </div>
      <footer
        id="region-status"
        data-region
        tabIndex={-1}
        aria-label="Status"
        className={classes['status']}
      >
        {status}
      </footer>
    </div>
  );
};
