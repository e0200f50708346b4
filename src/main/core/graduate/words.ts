import { configPath, hasUsers, isOpenToNetwork, newAddress, type Graduating } from './graduation';

/** What is different afterwards, the things that surprise first. */
export function whatChanges(graduating: Graduating): string[] {
  const { input, source } = graduating;
  const isTwo = input.release === 'registry:2';
  return [
    `The address is ${newAddress(graduating)}. References with another one have to be changed.`,
    ...(isOpenToNetwork(graduating)
      ? []
      : [
          'It listens on 127.0.0.1 only, because it has no user or no TLS. With both it is written for the network.',
        ]),
    'Signatures, SBOMs and other referrers pushed so far keep their digests, but are no longer listed: distribution has no referrers API. Clients fall back to tags named sha256-…, and what is pushed from then on is found by those.',
    isTwo
      ? 'A tag cannot be deleted alone: deleting an image removes every tag on its digest. registry:3 can untag.'
      : 'Docker schema 1 images, if there are any, can no longer be pulled.',
    `Space comes back only by a command, with pushes stopped: registry garbage-collect ${configPath[input.release]}.${isTwo ? ' Leave out --delete-untagged: it breaks multi-platform images.' : ''}`,
    'There is no storage limit, no live list of pushes and pulls, and no growth chart. Pull counts are not kept.',
    ...(source.tls
      ? [
          `Nobody renews the certificate${expiry(graduating)}. Write this folder again before it ends, or put another certificate in its place.`,
        ]
      : []),
    ...(input.storage.kind === 's3'
      ? [
          'The content is copied to the bucket. The local folder stays as it is and is not used by the new registry.',
        ]
      : []),
  ];
}

export function whatStays(graduating: Graduating): string[] {
  const { input, source } = graduating;
  return [
    input.storage.kind === 'folder'
      ? `The content: the same folder, ${source.storageFolder}, in the layout that distribution reads. Nothing is converted, and the local registry can take it back.`
      : 'The content: the same files under the same names, in a bucket.',
    'Every repository, tag and digest, multi-platform images included.',
    ...(hasUsers(graduating)
      ? ['Users and passwords. Every user may do everything, as before.']
      : ['Nobody signs in, as before.']),
    ...(source.tls
      ? ['The authority that signs the certificate: whoever trusts it has nothing to do.']
      : []),
    source.canDelete ? 'Deleting stays allowed.' : 'Deleting stays off.',
    ...(source.readOnly ? ['It stays read-only.'] : []),
    ...(source.webhookUrl === null ? [] : [`Events go to ${webhookHost(source.webhookUrl)}.`]),
  ];
}

function expiry({ source }: Graduating): string {
  const { certificate } = source;
  return certificate === undefined ? '' : `, which ends on ${certificate.expiresAt.slice(0, 10)}`;
}

const webhookHost = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
