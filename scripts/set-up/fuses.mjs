import fs from 'node:fs';

/** Electron's fuse wire: this text in the executable, then version, count, and one character a fuse. */
const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const WIRE_VERSION = 1;
const REMOVED = 'r'.charCodeAt(0);

/** Positions on the wire, from Electron's docs/tutorial/fuses.md (`FuseV1Options`). */
export const fuse = {
  runAsNode: 0,
  cookieEncryption: 1,
  nodeOptions: 2,
  nodeCliInspect: 3,
  asarIntegrity: 4,
  onlyAsar: 5,
  browserSnapshot: 6,
  fileProtocolPrivileges: 7,
};

/** Sets fuses in an executable, in place: `setFuses(path, [[fuse.runAsNode, true]])`. */
export function setFuses(executable, settings) {
  const image = fs.readFileSync(executable);
  const sentinelAt = image.indexOf(SENTINEL);
  const wireAt = sentinelAt + SENTINEL.length;
  if (sentinelAt < 0 || image[wireAt] !== WIRE_VERSION)
    throw new Error('no fuse wire of version 1 in the executable');
  const count = image[wireAt + 1];
  const file = fs.openSync(executable, 'r+');
  try {
    for (const [position, isOn] of settings) {
      const fuseAt = wireAt + 2 + position;
      if (position >= count || image[fuseAt] === REMOVED)
        throw new Error(`fuse ${position} is not in this Electron`);
      fs.writeSync(file, isOn ? '1' : '0', fuseAt);
    }
  } finally {
    fs.closeSync(file);
  }
}
