import { randomUUID } from 'node:crypto';

/** An answer of the gateway, read. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A transfer as the gateway shows it. */
export interface ShownTransfer {
  readonly id: string;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly opensAt: string | null;
  readonly effect: Readonly<Record<string, number>> & { readonly brake?: readonly string[] };
  readonly effectMark: string | null;
  readonly problem: { readonly code: string; readonly title: string } | null;
}

export interface ShownItem {
  readonly no: number;
  readonly key: string | null;
  readonly outcome: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly faults: readonly { line: number; column: number; element: string; reason: string; message: string }[] | null;
  readonly changes: readonly { field: string; before: string | null; after: string | null }[] | null;
}

export interface ImportOptions {
  readonly key?: string;
  readonly dryRun?: boolean;
  readonly whenClosed?: 'wait';
  readonly headers?: Readonly<Record<string, string>>;
}

/** The gateway's HTTP API, as a partner's program or the operator would call it. */
export class ApiClient {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    init: RequestInit = {},
  ): Promise<Answer<Body>> {
    const answer = await fetch(this.url + path, {
      ...init,
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string>) },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  async json<Body = Record<string, unknown>>(method: string, path: string, body: unknown): Promise<Answer<Body>> {
    return this.call<Body>(method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Puts a rule in place, or throws with the gateway's own words. */
  async saveRule(rule: string, id: string, body: unknown): Promise<void> {
    const answer = await this.json('PUT', `/v1/rules/${rule}/${encodeURIComponent(id)}`, body);
    if (answer.status !== 204) throw new Error(`${rule} was not saved: ${JSON.stringify(answer.body)}`);
  }

  /** Signs a machine in; the client that comes back is that machine's. */
  async signIn(userName: string, password: string): Promise<ApiClient> {
    const answer = await this.json<{ token: string }>('POST', '/v1/token', { userName, password });
    if (answer.status !== 201) throw new Error(`${userName} could not sign in: ${JSON.stringify(answer.body)}`);
    return new ApiClient(this.url, answer.body.token);
  }

  async importDocument(
    company: string,
    stream: string,
    document: string | Uint8Array | ReadableStream<Uint8Array>,
    { key = randomUUID(), dryRun = false, whenClosed, headers = {} }: ImportOptions = {},
  ): Promise<Answer<{ id: string; waitsUntil: string | null; [detail: string]: unknown }>> {
    const query = new URLSearchParams({ dryRun: String(dryRun), ...(whenClosed && { whenClosed }) });
    return this.call('POST', `/v1/companies/${company}/streams/${stream}/imports?${query.toString()}`, {
      headers: { 'content-type': 'application/xml', 'idempotency-key': key, ...headers },
      body: document,
      ...(document instanceof ReadableStream && { duplex: 'half' }),
    });
  }

  /** A register of the company, read out; or throws with the gateway's own words. */
  async exportDocument(company: string, stream: string): Promise<string> {
    const answer = await fetch(`${this.url}/v1/companies/${company}/streams/${stream}/export`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${stream} was not read out: ${text}`);
    return text;
  }

  async transfer(id: string, wait = 0): Promise<ShownTransfer> {
    return (await this.call<ShownTransfer>('GET', `/v1/transfers/${id}?wait=${wait}`)).body;
  }

  /** The transfer once it has ended or is held, or as it is when the time is up. */
  async settled(id: string, seconds = 30): Promise<ShownTransfer> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const transfer = await this.transfer(id, 5);
      const settled = !['queued', 'running', 'deferred'].includes(transfer.state);
      if (settled || Date.now() > deadline) return transfer;
      if (transfer.state === 'deferred') await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async items(id: string, query = ''): Promise<readonly ShownItem[]> {
    return (await this.call<{ items: ShownItem[] }>('GET', `/v1/transfers/${id}/items?${query}`)).body.items;
  }
}
