import { EXIT, exitCodeOf } from './exit-code.js';

/** Where the service is, and how the caller is known to it. */
export interface Access {
  /** For example `https://tietovirta.example`. */
  readonly url: string;
  /** Of a machine, a person's session or the operator; `null` for what needs nobody. */
  readonly token: string | null;
  /** For the texts of problems. */
  readonly language: string;
}

/** The command ends here, with a sentence for whoever typed it. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    /** The service's own words, for `--json`. */
    readonly problem: Readonly<Record<string, unknown>> | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Sending {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit['body']>;
}

/** Longer than the service ever lets a caller wait for an answer. */
const PATIENCE_MS = 130_000;

/** The gateway's HTTP, and nothing else of the service. */
export class Api {
  constructor(private readonly access: Access) {}

  /** The answer's JSON. Throws {@link CommandFailed} for every refusal, in the service's words. */
  async json<Body = Record<string, unknown>>(path: string, sending: Sending = {}): Promise<Body> {
    const answer = await this.send(path, sending);
    const text = await answer.text();
    try {
      return (text === '' ? {} : JSON.parse(text)) as Body;
    } catch (cause) {
      throw new CommandFailed(`${this.access.url} does not answer like Tietovirta`, EXIT.broken, null, { cause });
    }
  }

  /** Sends JSON. */
  post<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Body> {
    return this.json<Body>(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** The answer, its body unread. */
  async send(path: string, { method = 'GET', query = {}, headers = {}, body }: Sending = {}): Promise<Response> {
    const url = new URL(path, this.access.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { token, language } = this.access;
    let answer: Response;
    try {
      answer = await fetch(url, {
        method,
        headers: {
          'accept-language': language,
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body, duplex: 'half' }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (cause) {
      throw new CommandFailed(`${this.access.url} cannot be reached: ${reasonOf(cause)}`, EXIT.unreachable, null, {
        cause,
      });
    }
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  }
}

async function failureOf(answer: Response): Promise<CommandFailed> {
  const problem = (await answer.json().catch(() => null)) as Record<string, unknown> | null;
  const said = [problem?.['title'], problem?.['detail']].filter((text) => typeof text === 'string');
  const message = said.length > 0 ? said.join(': ') : `The service answered ${answer.status}`;
  return new CommandFailed(message, exitCodeOf(answer.status), problem);
}

/** `fetch` says only "fetch failed"; what is the matter stands in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
