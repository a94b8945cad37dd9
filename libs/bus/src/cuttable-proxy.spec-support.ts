import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to the broker that a test can cut, stall and mend. */
export class CuttableProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private down = false;
  private stalled = false;
  private budget = Infinity;

  private constructor(private readonly target: URL) {
    this.server = createServer((near) => this.join(near));
  }

  static async to(url: string): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(new URL(url));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Resets every connection; new ones come through unless it stays `down`. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Resets every connection once the broker has said so many bytes more; what connects after that is left alone. */
  cutAfter(bytes: number): void {
    this.budget = bytes;
  }

  takeDown(): void {
    this.down = true;
    this.cut();
  }

  /** Bytes are no longer passed on, and nobody is told. */
  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  mend(): void {
    this.down = false;
    this.stalled = false;
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.takeDown();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    if (this.down) return void near.resetAndDestroy();
    const far = connect({ host: this.target.hostname, port: Number(this.target.port || 5672), noDelay: true });
    near.setNoDelay(true);
    far.on('data', (bytes) => this.spend(bytes.length));
    this.pass(near, far);
    this.pass(far, near);
  }

  private spend(bytes: number): void {
    this.budget -= bytes;
    if (this.budget >= 0) return;
    this.budget = Infinity;
    this.cut();
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.stalled) from.pause();
  }
}
