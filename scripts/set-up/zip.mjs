import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import zlib from 'node:zlib';

/**
 * A small ZIP reader (PKWARE APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.16): stored and deflated entries, no
 * encryption, no ZIP64, which is all that the runtime's archive uses. Node has no unzip of its own, and a
 * fresh machine may have no `unzip` either.
 */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;

/** Reads the central directory: `{ name, method, mode, crc, compressedSize, size, headerOffset }` an entry. */
function readZipEntries(file) {
  const { size } = fs.fstatSync(file);
  const tail = readAt(
    file,
    Math.max(0, size - END_SIZE - MAX_COMMENT),
    Math.min(size, END_SIZE + MAX_COMMENT),
  );
  let end = tail.length - END_SIZE;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error('not a zip archive: its end record is missing');
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));

  const entries = [];
  for (let offset = 0; entries.length < count;) {
    if (directory.readUInt32LE(offset) !== DIRECTORY_ENTRY)
      throw new Error('zip directory is damaged');
    const nameLength = directory.readUInt16LE(offset + 28);
    entries.push({
      name: directory.toString('utf8', offset + 46, offset + 46 + nameLength),
      method: directory.readUInt16LE(offset + 10),
      crc: directory.readUInt32LE(offset + 16),
      compressedSize: directory.readUInt32LE(offset + 20),
      size: directory.readUInt32LE(offset + 24),
      mode: directory.readUInt32LE(offset + 38) >>> 16,
      headerOffset: directory.readUInt32LE(offset + 42),
    });
    offset +=
      46 + nameLength + directory.readUInt16LE(offset + 30) + directory.readUInt16LE(offset + 32);
  }
  return entries;
}

/**
 * Unpacks the entries for which `rename(name)` returns a relative path (undefined leaves an entry out).
 * Length and CRC-32 of every file are compared; paths that would leave `directory` are refused.
 */
export async function extractZip(zipPath, directory, rename) {
  const file = fs.openSync(zipPath);
  try {
    for (const entry of readZipEntries(file)) {
      const target = entry.name.endsWith('/') ? undefined : rename(entry.name);
      if (target !== undefined) await extractEntry(file, entry, insideOf(directory, target));
    }
  } finally {
    fs.closeSync(file);
  }
}

async function extractEntry(file, entry, target) {
  const header = readAt(file, entry.headerOffset, 30);
  if (header.readUInt32LE(0) !== LOCAL_HEADER)
    throw new Error(`${entry.name}: local header is damaged`);
  if (entry.method !== 0 && entry.method !== 8)
    throw new Error(`${entry.name}: unknown compression ${entry.method}`);
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  if (entry.compressedSize === 0) {
    fs.writeFileSync(target, '');
    return;
  }
  const steps = [
    createCheck(entry),
    fs.createWriteStream(target, { mode: entry.mode & 0o777 || 0o644 }),
  ];
  if (entry.method === 8) steps.unshift(zlib.createInflateRaw());
  const source = fs.createReadStream('', {
    fd: file,
    start,
    end: start + entry.compressedSize - 1,
    autoClose: false,
    highWaterMark: 1 << 20,
  });
  await pipeline(source, ...steps);
}

/** Passes bytes through and fails at the end when their number or CRC-32 differs from the directory's. */
function createCheck(entry) {
  let crc = 0;
  let size = 0;
  return new Transform({
    transform(chunk, _encoding, done) {
      crc = zlib.crc32(chunk, crc);
      size += chunk.length;
      done(
        size > entry.size ? new Error(`${entry.name}: longer than its directory entry says`) : null,
        chunk,
      );
    },
    flush(done) {
      const isSound = size === entry.size && crc >>> 0 === entry.crc;
      done(isSound ? null : new Error(`${entry.name}: damaged in the archive`));
    },
  });
}

function insideOf(directory, relative) {
  const target = path.resolve(directory, relative);
  if (!target.startsWith(path.resolve(directory) + path.sep))
    throw new Error(`${relative}: leaves the target folder`);
  return target;
}

function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  if (fs.readSync(file, buffer, 0, length, position) !== length)
    throw new Error('zip archive is cut short');
  return buffer;
}
