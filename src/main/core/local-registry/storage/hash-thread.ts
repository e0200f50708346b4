/** What the thread is asked to do. `session` names one running hash; every `call` but `forget` gets one reply. */
export type HashRequest = Readonly<{ call: number; session: number }> &
  Readonly<
    | { kind: 'read'; fd: number; end: number; algorithms: readonly string[] }
    | { kind: 'digest'; algorithm: string }
    | { kind: 'forget' }
  >;

export type HashReply = Readonly<{ call: number; hex?: string; error?: string }>;

/**
 * The thread's program: hashes files behind the thread that writes them. A thread is started from the text of this
 * function, because a bundle has no file of its own for it; so it may use nothing that is declared outside of it.
 */
export function runHashThread(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { readSync } = process.getBuiltinModule('node:fs');
  type Session = { position: number; hashes: Map<string, ReturnType<typeof createHash>> };
  const sessions = new Map<number, Session>();
  const slice = Buffer.allocUnsafeSlow(512 * 1024);

  function start(id: number, algorithms: readonly string[]): Session {
    const hashes = new Map(algorithms.map((name) => [name, createHash(name)]));
    const session = { position: 0, hashes };
    sessions.set(id, session);
    return session;
  }

  function read(session: Session, fd: number, end: number): void {
    while (session.position < end) {
      const wanted = Math.min(slice.byteLength, end - session.position);
      const count = readSync(fd, slice, 0, wanted, session.position);
      if (count === 0) throw new Error('the upload is shorter than what was written to it');
      for (const hash of session.hashes.values()) hash.update(slice.subarray(0, count));
      session.position += count;
    }
  }

  function answer(request: HashRequest): HashReply {
    const { call, session: id } = request;
    if (request.kind === 'read') {
      read(sessions.get(id) ?? start(id, request.algorithms), request.fd, request.end);
      return { call };
    }
    if (request.kind === 'forget') {
      sessions.delete(id);
      return { call };
    }
    const hash = sessions.get(id)?.hashes.get(request.algorithm);
    if (hash === undefined) throw new Error('this digest is not kept');
    return { call, hex: hash.copy().digest('hex') };
  }

  parentPort?.on('message', (request: HashRequest) => {
    try {
      parentPort.postMessage(answer(request));
    } catch (error) {
      parentPort.postMessage({ call: request.call, error: String(error) } satisfies HashReply);
    }
  });
}
