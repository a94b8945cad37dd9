/** Lets a bounded number in at once; the others wait in line. */
export class Window {
  private inside = 0;
  private readonly line: (() => void)[] = [];
  private emptied = Promise.withResolvers<void>();

  constructor(private readonly size: number) {}

  async enter(): Promise<void> {
    if (this.inside < this.size) {
      this.inside += 1;
      return;
    }
    // Whoever leaves hands over the place: `inside` does not change.
    await new Promise<void>((resolve) => this.line.push(resolve));
  }

  leave(): void {
    const next = this.line.shift();
    if (next !== undefined) return next();
    this.inside -= 1;
    if (this.inside > 0) return;
    this.emptied.resolve();
    this.emptied = Promise.withResolvers();
  }

  /** Resolves when nobody is inside. */
  async empty(): Promise<void> {
    if (this.inside > 0) await this.emptied.promise;
  }
}
