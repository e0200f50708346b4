import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { createColorSchemeManager } from './color-scheme';
import { cssVariablesResolver, theme } from './theme';

/** Theme and query cache around the window, and around a component in a test. */
export const Providers = ({
  client,
  children,
}: {
  readonly client: QueryClient;
  readonly children: ReactNode;
}) => {
  const [colorSchemeManager] = useState(createColorSchemeManager);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      deduplicateCssVariables={false}
    >
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </MantineProvider>
  );
};
