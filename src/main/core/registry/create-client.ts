import { createAuthorizer } from './auth/authorizer';
import { requestToken } from './auth/token';
import { createBlobs } from './blobs';
import { createCatalog } from './catalog';
import { createConfigs } from './configs';
import { createContentStore } from './content-store';
import { defaultLimits } from './limits';
import { createDeleteManifest } from './delete-manifest';
import { createManifests } from './manifests';
import { createPaths } from './paths';
import { createPing } from './ping';
import { createPutManifest } from './put-manifest';
import { createReferrers } from './referrers';
import type { RegistryClient, RegistryClientOptions } from './registry-client';
import { noSeenTags } from './seen-tags';
import { createSession } from './session';
import { createTags } from './tags';
import { parseOrigin } from './transport/origin';
import { createTransport } from './transport/transport';
import { createSendUpload } from './send-upload';
import { createPutBlob } from './uploads';

/**
 * A client for one registry. Opens no connection until the first call. Throws RegistryError `address-invalid`
 * for an origin that is no registry address; settings that cannot work fail the first call.
 */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const limits = { ...defaultLimits, ...options.limits };
  const { base } = parseOrigin(options.origin);
  const transport = createTransport({
    registry: base,
    tls: options.tls ?? {},
    proxy: options.proxy,
    allowPlainHttp: options.allowPlainHttp ?? false,
    limits,
    userAgent: options.userAgent,
    log: options.log,
  });
  const authorizer = createAuthorizer({
    rules: { registry: base, extraRealmHosts: options.extraRealmHosts ?? [] },
    resolveCredential: options.resolveCredential,
    requestToken: (query) => requestToken(transport, query, limits.tokenBytes),
  });
  const session = createSession(base, transport, authorizer);
  const paths = createPaths(base);
  const store = createContentStore(options.contentCache);
  const seenTags = options.seenTags ?? noSeenTags;
  const context = { session, paths, limits, store, seenTags, base };
  const manifests = createManifests(context);
  return {
    ping: createPing(context, (signal) => authorizer.hasCredential(signal)),
    catalog: createCatalog(context),
    tags: createTags(context),
    headManifest: manifests.headManifest,
    getManifest: manifests.getManifest,
    pullBudget: manifests.pullBudget,
    ...createBlobs(context),
    getConfig: createConfigs(context),
    referrers: createReferrers(context, manifests),
    putManifest: createPutManifest(context),
    deleteManifest: createDeleteManifest(context),
    putBlob: createPutBlob(context),
    sendUpload: createSendUpload(context),
    close: async () => {
      await session.close();
      await seenTags.settled();
    },
  };
}
