export { createTarArchive } from './write-tar';
export { readTarArchive } from './read-tar';
