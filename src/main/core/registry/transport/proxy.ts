/** Proxies as the usual environment variables name them. */
export type ProxySettings = {
  httpProxy?: string | undefined;
  httpsProxy?: string | undefined;
  noProxy: readonly string[];
};

/** Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case; the lower-case name wins, as in curl. */
export function proxyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings {
  const read = (name: string): string | undefined =>
    env[name.toLowerCase()]?.trim() || env[name]?.trim() || undefined;
  const noProxy = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  const all = read('ALL_PROXY');
  return {
    httpProxy: read('HTTP_PROXY') ?? all,
    httpsProxy: read('HTTPS_PROXY') ?? all,
    noProxy,
  };
}
