import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** `up` are bytes that the client sends, `down` those that it gets. */
export type Fault = {
  /** `cut` ends the connection, `reset` breaks it with RST, `stall` lets nothing more through. */
  readonly kind: 'cut' | 'reset' | 'stall';
  readonly direction: 'up' | 'down';
  /** Of one connection, counted from its start. */
  readonly afterBytes: number;
};

export type FaultProxy = {
  readonly origin: string;
  readonly host: string;
  /** Each of the next connections that gets that far meets one of these, first come first served. */
  plan(...faults: readonly Fault[]): void;
  /** Bytes a second through each connection from now on; 0 for no limit. */
  throttle(bytesPerSecond: number): void;
  /** Faults that have happened. */
  faultCount(): number;
  /** Connections that are open now. */
  openCount(): number;
  /** Bytes that went up through all connections. */
  upBytes(): number;
  close(): Promise<void>;
};

/** A TCP proxy in front of a server on this machine, for faults at exact bytes. */
export async function startFaultProxy(upstreamOrigin: string): Promise<FaultProxy> {
  const upstream = new URL(upstreamOrigin);
  const pending: Fault[] = [];
  const sockets = new Set<Socket>();
  let happened = 0;
  let bytesPerSecond = 0;
  let sentUp = 0;

  const relay = (from: Socket, to: Socket, direction: Fault['direction']): void => {
    let passed = 0;
    let isStalled = false;
    const takeFault = (length: number): { fault: Fault; allowed: number } | undefined => {
      const index = pending.findIndex(
        (fault) => fault.direction === direction && fault.afterBytes <= passed + length,
      );
      if (index < 0) return undefined;
      const [fault] = pending.splice(index, 1);
      return fault && { fault, allowed: Math.max(0, fault.afterBytes - passed) };
    };
    from.on('data', (chunk: Buffer) => {
      if (isStalled) return;
      const met = takeFault(chunk.length);
      const part = met ? chunk.subarray(0, met.allowed) : chunk;
      passed += part.length;
      if (direction === 'up') sentUp += part.length;
      const goesOn = to.write(part);
      if (met) {
        happened += 1;
        isStalled = true;
        if (met.fault.kind === 'stall') return;
        for (const socket of [from, to]) {
          if (met.fault.kind === 'reset') socket.resetAndDestroy();
          else socket.destroySoon();
        }
        return;
      }
      if (!goesOn) {
        from.pause();
        to.once('drain', () => from.resume());
      } else if (bytesPerSecond > 0) {
        from.pause();
        setTimeout(() => from.resume(), (part.length / bytesPerSecond) * 1000);
      }
    });
    from.on('end', () => to.end());
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  };

  const server = createServer((client) => {
    const far = connect({ host: upstream.hostname, port: Number(upstream.port) });
    for (const socket of [client, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    relay(client, far, 'up');
    relay(far, client, 'down');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    plan: (...faults) => void pending.push(...faults),
    throttle: (rate) => void (bytesPerSecond = rate),
    faultCount: () => happened,
    openCount: () => sockets.size,
    upBytes: () => sentUp,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
