import {
  createTheme,
  defaultVariantColorsResolver,
  type VariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

const teal: MantineColorsTuple = [
  '#dcf3ee',
  '#bcebdf',
  '#8fe3cf',
  '#5fdcc0',
  '#2dd4b0',
  '#1fb697',
  '#12967d',
  '#087563',
  '#066354',
  '#054a3f',
];

const red: MantineColorsTuple = [
  '#fdf1f2',
  '#f9d7db',
  '#f6b3bb',
  '#f4919c',
  '#f2727f',
  '#d9485a',
  '#c02b3c',
  '#b92637',
  '#9b1d2c',
  '#7c1622',
];

/** Mantine's greys of the dark scheme: text first, then borders, then surfaces. */
const dark: MantineColorsTuple = [
  '#d5dae0',
  '#b4bcc6',
  '#98a2ae',
  '#6f7a87',
  '#3a434e',
  '#2b333b',
  '#1c2228',
  '#161b20',
  '#12161a',
  '#0d1013',
];

/** What fills and what merely speaks in a colour is told in the window's tokens; their contrast is checked there. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const isRed = input.color === 'red';
  const isAccent = input.color === undefined || input.color === 'teal';
  const border = '1px solid transparent';
  if (input.variant === 'filled' && isRed) {
    return {
      background: 'var(--tb-danger-fill)',
      hover: 'var(--tb-danger-fill-hover)',
      color: '#fff',
      border,
    };
  }
  if (input.variant === 'filled' && isAccent) {
    return {
      background: 'var(--tb-accent)',
      hover: 'var(--tb-accent-hover)',
      color: 'var(--tb-on-accent)',
      border,
    };
  }
  if (input.variant === 'subtle' && (isRed || isAccent)) {
    const color = isRed ? 'var(--tb-danger)' : 'var(--tb-accent)';
    return { background: 'transparent', hover: 'var(--tb-hover)', color, border };
  }
  return defaultVariantColorsResolver(input);
};

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  colors: { teal, red, dark },
  autoContrast: true,
  luminanceThreshold: 0.4,
  fontFamily: 'var(--tb-font)',
  fontFamilyMonospace: 'var(--tb-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  variantColorResolver,
  components: {
    Button: { defaultProps: { variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: {
      defaultProps: {
        openDelay: 500,
        events: { hover: true, focus: true, touch: false },
        // In its button's region, not at the end of the page outside all of them.
        withinPortal: false,
        floatingStrategy: 'fixed',
      },
    },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
        // Mantine's <header> would count as a second banner of the page.
        attributes: { header: { role: 'none' } },
      },
    },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 80 },
        // Beside its button and not at the end of the page, so that it lies in that button's region.
        withinPortal: false,
        floatingStrategy: 'fixed',
        withInitialFocusPlaceholder: false,
      },
    },
    Radio: { defaultProps: { iconColor: 'var(--tb-on-accent)' } },
    Checkbox: { defaultProps: { iconColor: 'var(--tb-on-accent)' } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--tb-bg)',
  '--mantine-color-text': 'var(--tb-text)',
  '--mantine-color-bright': 'var(--tb-strong)',
  '--mantine-color-dimmed': 'var(--tb-muted)',
  '--mantine-color-placeholder': 'var(--tb-muted)',
  '--mantine-color-anchor': 'var(--tb-accent)',
  '--mantine-color-default': 'var(--tb-input)',
  '--mantine-color-default-hover': 'var(--tb-hover)',
  '--mantine-color-default-color': 'var(--tb-text)',
  '--mantine-color-default-border': 'var(--tb-control-line)',
  '--mantine-color-error': 'var(--tb-danger)',
  '--mantine-color-disabled': 'var(--tb-sunken)',
  '--mantine-color-disabled-color': 'var(--tb-muted)',
  '--mantine-color-disabled-border': 'var(--tb-line)',
  '--mantine-color-gray-light-hover': 'var(--tb-hover)',
  '--mantine-color-gray-light-color': 'var(--tb-muted)',
  '--mantine-primary-color-filled': 'var(--tb-accent)',
  '--mantine-primary-color-filled-hover': 'var(--tb-accent-hover)',
  '--mantine-primary-color-contrast': 'var(--tb-on-accent)',
} as const;

/** Mantine's own colours, told in the window's tokens: one place decides both. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...shared },
  dark: { ...shared },
});
