import type { PingReport } from '#core/registry/index';

type Sign = {
  readonly product: string;
  /** The registry's host as written in references. */
  readonly host?: RegExp;
  /** Where its tokens come from. */
  readonly realmHost?: RegExp;
  /** What it says in the Server header. */
  readonly serverHeader?: RegExp;
};

/** First match wins. Hosted registries are told by their host, installed ones by what they answer. */
const signs: readonly Sign[] = [
  { product: 'Docker Hub', host: /^docker\.io$/u },
  { product: 'GitHub', host: /^(.+\.)?ghcr\.io$/u },
  { product: 'GitLab', host: /^registry\.gitlab\.com$/u, realmHost: /^gitlab\./u },
  { product: 'Quay', host: /^quay\.io$/u },
  { product: 'Amazon ECR', host: /(\.dkr[.-]ecr(-fips)?\.|^public\.ecr\.aws$)/u },
  { product: 'Azure', host: /\.azurecr\.(io|cn|us)$/u },
  { product: 'Google', host: /(-docker\.pkg\.dev|(^|\.)gcr\.io)$/u },
  { product: 'Artifactory', host: /\.jfrog\.io$/u, serverHeader: /^artifactory/iu },
];

/** Plain name of the product behind a registry, or '' where nothing tells it. */
export const identifyProduct = (host: string, ping: PingReport): string => {
  const name = host.split('/')[0]?.split(':')[0] ?? host;
  const sign = signs.find(
    (one) =>
      one.host?.test(name) === true ||
      (ping.realmHost !== undefined && one.realmHost?.test(ping.realmHost) === true) ||
      (ping.serverHeader !== undefined && one.serverHeader?.test(ping.serverHeader) === true),
  );
  return sign?.product ?? '';
};
