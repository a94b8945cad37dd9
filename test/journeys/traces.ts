import { readFileSync } from 'node:fs';

import { connect } from 'amqplib';
import pg from 'pg';

import type { Installed } from './installed.ts';

/** The answers that were collected because they say no. */
export const ANSWERS = 'answers that say no';

/** Where a text was found: a log, a page of metrics, a queue, or `schema.table`. */
export type Place = string;

/** A text as it may have been written down: as it is, and in the encodings that a credential may travel in. */
const guisesOf = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), encodeURIComponent(text)];
};

const holds = (content: string, text: string): boolean => guisesOf(text).some((guise) => content.includes(guise));

/** An answer, read. */
export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Every place where an installation keeps or shows text, searched for one of them. */
export class Traces {
  readonly #installed: Installed;
  readonly #namespace: string;
  readonly #pages = new Map<Place, string>();
  readonly #database: pg.Pool;

  constructor(installed: Installed, namespace: string) {
    this.#installed = installed;
    this.#namespace = namespace;
    this.#database = new pg.Pool({ connectionString: installed.databaseUrl, max: 2 });
  }

  /** Reads logs, metrics and parked messages as they are now. */
  async collect(): Promise<void> {
    for (const { service, logFile, operationsUrl } of this.#installed.processes.values()) {
      this.#pages.set(`log of ${service}`, readFileSync(logFile, 'utf8'));
      const metrics = await fetch(`${operationsUrl}/metrics`);
      this.#pages.set(`metrics of ${service}`, await metrics.text());
    }
    for (const [queue, content] of await this.#parked()) this.#pages.set(`${queue}.parked`, content);
  }

  /** Sends a request, and keeps the answer when it is a no. */
  async ask(path: string, init: RequestInit = {}): Promise<Asked> {
    const answer = await fetch(this.#installed.url + path, init);
    const text = await answer.text();
    const { status, headers } = answer;
    if (!answer.ok) {
      this.#pages.set(ANSWERS, `${this.page(ANSWERS)}${JSON.stringify([...headers])} ${text}\n`);
    }
    return { status, headers, body: (text === '' ? {} : JSON.parse(text)) as Asked['body'] };
  }

  /** The same with a body of JSON. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Asked> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** What was collected under this name. */
  page(place: Place): string {
    return this.#pages.get(place) ?? '';
  }

  /** Every place that holds the text in any guise, sorted. */
  async of(text: string): Promise<readonly Place[]> {
    const shown = [...this.#pages].filter(([, content]) => holds(content, text)).map(([place]) => place);
    const { rows } = await this.#database.query<{ name: string }>(
      `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const kept: Place[] = [];
    for (const { name } of rows) {
      // A row as text shows each of its columns, bytea in hexadecimal.
      const found = await this.#database.query(
        `select from ${name} t where exists (select from unnest($1::text[]) guise where strpos(t::text, guise) > 0) limit 1`,
        [guisesOf(text)],
      );
      if (found.rows.length > 0) kept.push(name);
    }
    return [...shown, ...kept].sort();
  }

  /** How many entries of this action the audit log has. */
  async entries(action: string): Promise<number> {
    const { rows } = await this.#database.query('select from audit.entry where action = $1', [action]);
    return rows.length;
  }

  async close(): Promise<void> {
    await this.#database.end();
  }

  async #parked(): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    const model = await connect(process.env['TEST_RABBITMQ_URL'] ?? '');
    try {
      for (const queue of ['fivaldi.lane-tickets', 'audit.events', 'fivaldi.rules-changed']) {
        const channel = await model.createChannel();
        let all = '';
        for (;;) {
          const message = await channel.get(`${this.#namespace}${queue}.parked`);
          if (message === false) break;
          all += `${message.content.toString()}${JSON.stringify(message.properties.headers)}\n`;
        }
        contents.set(queue, all);
        // What was looked at goes back, since nothing was acked.
        await channel.close();
      }
    } finally {
      await model.close();
    }
    return contents;
  }
}
