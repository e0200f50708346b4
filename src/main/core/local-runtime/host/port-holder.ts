import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Who listens on a TCP port of this machine: `nginx (process 812)`. Undefined where the system does not tell: only Linux
 * does, and only about processes of the same user.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const sockets = await listeningSockets(port);
    return sockets.size === 0 ? undefined : await findOwner(sockets);
  } catch {
    return undefined;
  }
}

/** Socket numbers of listeners, as /proc/net/tcp has them: `sl local rem st … inode`, state 0A is LISTEN. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/u);
      const [, local = '', , state] = columns;
      const inode = columns[9];
      if (state === '0A' && local.endsWith(suffix) && inode !== undefined) sockets.add(inode);
    }
  }
  return sockets;
}

async function findOwner(sockets: ReadonlySet<string>): Promise<string | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/u.test(pid)) continue;
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => [])) {
      const target = await readlink(`${folder}/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/u.exec(target)?.[1];
      if (inode === undefined || !sockets.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return `${name.trim() === '' ? 'a program' : name.trim()} (process ${pid})`;
    }
  }
  return undefined;
}
