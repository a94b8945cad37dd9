/**
 * Calls within a second of the first one, by client: `most` are let through, and those beyond are not counted. A new
 * second begins with the next call after it. Neither headers nor a date to come back at say so.
 */
export class RequestLimit {
  private readonly seconds = new Map<string, { readonly from: number; count: number }>();

  constructor(public most: number) {}

  admits(client: string, now: number): boolean {
    const second = this.seconds.get(client);
    if (!second || now - second.from >= 1000 || now < second.from) {
      this.seconds.set(client, { from: now, count: 1 });
      return this.most > 0;
    }
    if (second.count >= this.most) return false;
    second.count += 1;
    return true;
  }
}
