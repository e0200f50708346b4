import {
  IconAnchor,
  IconBrandAws,
  IconBrandAzure,
  IconBrandDocker,
  IconBrandGithub,
  IconBrandGitlab,
  IconBrandGoogle,
  IconCloud,
  IconHexagons,
  IconServer2,
} from '@tabler/icons-react';

const icons: readonly (readonly [string, typeof IconServer2])[] = [
  ['Docker Hub', IconBrandDocker],
  ['GitLab', IconBrandGitlab],
  ['GitHub', IconBrandGithub],
  ['Harbor', IconAnchor],
  ['Amazon', IconBrandAws],
  ['Azure', IconBrandAzure],
  ['Google', IconBrandGoogle],
  ['Quay', IconHexagons],
  ['Artifactory', IconCloud],
];

/** The sign of the product behind a registry; a plain server where nothing tells it. */
export const ProductIcon = ({
  product,
  size = 16,
}: {
  readonly product: string;
  readonly size?: number;
}) => {
  const Icon = icons.find(([name]) => product.startsWith(name))?.[1] ?? IconServer2;
  return <Icon size={size} stroke={1.6} aria-hidden />;
};
