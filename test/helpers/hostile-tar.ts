import { tarOf, type TarEntry } from './tar';

const layout: TarEntry = { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' };
const index: TarEntry = { name: 'index.json', content: '{"schemaVersion":2,"manifests":[]}' };
const sound = [layout, index];

/** Archives that must be refused, with the code they are refused with. */
export const hostileTars: readonly (readonly [string, string, Buffer])[] = [
  ['a path that goes up', 'archive-refused', tarOf([...sound, { name: '../evil', content: 'x' }])],
  [
    'a path that goes up from inside',
    'archive-refused',
    tarOf([...sound, { name: 'blobs/../../evil', content: 'x' }]),
  ],
  ['an absolute path', 'archive-refused', tarOf([...sound, { name: '/tmp/evil', content: 'x' }])],
  [
    'an absolute path of Windows',
    'archive-refused',
    tarOf([...sound, { name: 'C:/evil', content: 'x' }]),
  ],
  ['a backslash path', 'archive-refused', tarOf([...sound, { name: '..\\evil', content: 'x' }])],
  [
    'a link that leads out',
    'archive-refused',
    tarOf([...sound, { name: 'blobs/link', linkTo: '../../etc/passwd' }]),
  ],
  [
    'an absolute link',
    'archive-refused',
    tarOf([...sound, { name: 'blobs/link', linkTo: '/etc/passwd' }]),
  ],
  ['an entry twice', 'archive-refused', tarOf([...sound, index])],
  [
    'an entry twice under two spellings',
    'archive-refused',
    tarOf([...sound, { name: './index.json', content: '{}' }]),
  ],
  ['a cut header', 'archive-truncated', tarOf(sound).subarray(0, 700)],
  [
    'a cut content',
    'archive-truncated',
    tarOf([{ name: 'big', content: Buffer.alloc(9000) }]).subarray(0, 5000),
  ],
  ['no end', 'archive-truncated', tarOf(sound).subarray(0, -1024)],
  ['no tar at all', 'archive-invalid', Buffer.alloc(4096, 'text')],
  ['a damaged header', 'archive-invalid', damaged(tarOf(sound))],
];

function damaged(tar: Buffer): Buffer {
  const copy = Buffer.from(tar);
  copy[1024 + 3] = 0x7f;
  return copy;
}
