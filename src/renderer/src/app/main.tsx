import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './mantine-css';
import './tokens.css';
import './global.css';
import './mantine-overrides.css';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '#lib/query-client';
import { readAhead } from '#lib/read-ahead';
import { keepSettings, loadSettings } from '#state/persistence';
import { App } from './App';
import { Providers } from './Providers';
import { warmUp } from './warm-up';

const start = async (container: HTMLElement): Promise<void> => {
  await loadSettings();
  keepSettings();
  const client = createQueryClient();
  readAhead(client);
  createRoot(container).render(
    <Providers client={client}>
      <App />
    </Providers>,
  );
  warmUp();
};

const container = document.getElementById('root');
if (container !== null) void start(container);
