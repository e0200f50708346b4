import { Chips } from '#components/Chips';
import { shortPlatform } from '#lib/platform-label';

/** The platforms of an image, Linux unsaid; all of them in full as a hint. */
export const PlatformBadges = ({
  platforms,
  widthPx,
}: {
  readonly platforms: readonly string[];
  readonly widthPx: number;
}) => (
  <Chips
    labels={[...new Set(platforms.map(shortPlatform))]}
    widthPx={widthPx}
    hint={platforms.join('\n')}
  />
);
