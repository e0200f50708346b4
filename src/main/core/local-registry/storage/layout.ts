import { digestAlgorithm, digestEncoded, type Digest } from '#oci/digest';

/** `sha256:abc…` as the two folders distribution makes of it; separators in algorithm names become folders. */
function digestPath(digest: Digest): string {
  return `${algorithmPath(digest)}/${digestEncoded(digest)}`;
}

const algorithmPath = (digest: Digest): string =>
  digestAlgorithm(digest).replaceAll(/[+.;]/gu, '/');

/**
 * Paths of CNCF distribution's file-system driver (registry/storage/paths.go), so that a folder can be handed
 * to `registry:2` or `registry:3` unchanged and back. Everything that layout cannot hold lives in `sideDir`,
 * which distribution never looks at and which may be deleted at any time. Forward slashes are fine for node:fs on
 * every platform.
 */
export class Layout {
  readonly blobsDir: string;
  readonly repositoriesDir: string;
  readonly sideDir: string;
  readonly trashDir: string;

  constructor(readonly storageDir: string) {
    const root = `${storageDir}/docker/registry/v2`;
    this.blobsDir = `${root}/blobs`;
    this.repositoriesDir = `${root}/repositories`;
    this.sideDir = `${storageDir}/tagboat`;
    this.trashDir = `${this.sideDir}/trash`;
  }

  blobDir(digest: Digest): string {
    const encoded = digestEncoded(digest);
    return `${this.blobsDir}/${algorithmPath(digest)}/${encoded.slice(0, 2)}/${encoded}`;
  }

  repositoryDir(name: string): string {
    return `${this.repositoriesDir}/${name}`;
  }

  manifestsDir(name: string): string {
    return `${this.repositoryDir(name)}/_manifests`;
  }

  layersDir(name: string): string {
    return `${this.repositoryDir(name)}/_layers`;
  }

  layerDir(name: string, digest: Digest): string {
    return `${this.layersDir(name)}/${digestPath(digest)}`;
  }

  revisionsDir(name: string): string {
    return `${this.manifestsDir(name)}/revisions`;
  }

  revisionDir(name: string, digest: Digest): string {
    return `${this.revisionsDir(name)}/${digestPath(digest)}`;
  }

  tagsDir(name: string): string {
    return `${this.manifestsDir(name)}/tags`;
  }

  tagDir(name: string, tag: string): string {
    return `${this.tagsDir(name)}/${tag}`;
  }

  tagCurrentLink(name: string, tag: string): string {
    return `${this.tagDir(name, tag)}/current/link`;
  }

  tagIndexDir(name: string, tag: string, digest: Digest): string {
    return `${this.tagDir(name, tag)}/index/${digestPath(digest)}`;
  }

  uploadsDir(name: string): string {
    return `${this.repositoryDir(name)}/_uploads`;
  }

  uploadDir(name: string, id: string): string {
    return `${this.uploadsDir(name)}/${id}`;
  }

  uploadFile(name: string, id: string): string {
    return `${this.uploadDir(name, id)}/data`;
  }

  uploadStartedAt(name: string, id: string): string {
    return `${this.uploadDir(name, id)}/startedat`;
  }
}
