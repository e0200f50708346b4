import { useTasks } from '#lib/live';
import { useLayout } from '#state/layout';
import { useSelection } from '#state/selection';
import { useAskRegistries } from '../features/registries/ask-registries';
import { useLocalActions } from '../features/local-registry/use-local-actions';
import { useLocalEvents } from '../features/local-registry/use-local-events';
import { Dialogs } from './Dialogs';
import { ErrorBoundary } from './ErrorBoundary';
import { Frame } from './Frame';
import { InspectorPane } from './InspectorPane';
import { MiddleArea } from './MiddleArea';
import { fitPanes } from './pane-widths';
import { Rehearsal } from './Rehearsal';
import { Sidebar } from './Sidebar';
import { StatusBar } from './StatusBar';
import { TopBar } from './TopBar';
import { useAppActions } from './use-app-actions';
import { useInspected } from './use-inspected';
import { useShortcuts } from './use-shortcuts';
import { useValidSelection } from './use-valid-selection';
import { useWindowWidth } from './use-window-width';

/** The parts that look after the window and show nothing. */
const Housekeeping = () => {
  useValidSelection();
  useAppActions();
  useShortcuts();
  useTasks();
  useAskRegistries();
  useLocalEvents();
  useLocalActions();
  return null;
};

const Window = () => {
  const windowWidth = useWindowWidth();
  const sidebarWidth = useLayout((state) => state.sidebarWidth);
  const inspectorWidth = useLayout((state) => state.inspectorWidth);
  const widths = fitPanes(windowWidth, { sidebarWidth, inspectorWidth });
  const { inspected, isShown, dismiss } = useInspected(widths.isOverlay);
  const closeOverlay = (): void => {
    dismiss();
    document.getElementById('region-main')?.focus();
  };
  return (
    <Frame
      widths={widths}
      top={<TopBar />}
      sidebar={<Sidebar />}
      main={<MiddleArea />}
      inspector={
        isShown ? (
          <InspectorPane
            inspected={inspected}
            onClose={widths.isOverlay ? closeOverlay : undefined}
          />
        ) : null
      }
      status={<StatusBar />}
    />
  );
};

/** The window. */
export const App = () => {
  const registryId = useSelection((state) => state.registryId);
  return (
    <ErrorBoundary resetKey={registryId ?? ''}>
      <Housekeeping />
      <Window />
      <Dialogs />
      <Rehearsal />
    </ErrorBoundary>
  );
};
