import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { SignInCrowded } from './errors.js';

const derive = promisify(argon2);

interface Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** OWASP ASVS, appendix C: argon2id with 19 MiB, two passes, one lane. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const STORED =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{22,86})$/;

export interface Verdict {
  readonly matches: boolean;
  /** It matches, but was hashed at another cost: hash it again while it is at hand. */
  readonly outdated: boolean;
}

/**
 * Hashes and compares passwords, `slots` at once: 19 MiB and about 25 ms of a core each.
 *
 * What is stored says how it was made: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, base64 without padding. More than
 * `maxWaiting` in the queue are refused with {@link SignInCrowded}, before they cost anything.
 */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** What is compared with when there is nothing to compare with; nobody knows its password. */
  readonly #nobody = format(COST, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

  constructor(
    private readonly slots = 2,
    private readonly maxWaiting = 64,
  ) {}

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return format(COST, salt, await this.derived(password, COST, salt, HASH_BYTES));
  }

  /** Costs the same whether there is a stored hash or none; one that cannot be read matches nothing. */
  async verify(password: string, stored: string | null): Promise<Verdict> {
    const found = parse(stored ?? this.#nobody);
    const { cost, salt, hash } = found ?? parse(this.#nobody)!;
    const matches = timingSafeEqual(await this.derived(password, cost, salt, hash.length), hash) && found !== undefined;
    return { matches, outdated: matches && !isCurrent(cost) };
  }

  private async derived(message: string, { memory, passes, parallelism }: Cost, nonce: Buffer, tagLength: number) {
    await this.enter();
    try {
      // NFKC: the same characters typed on another keyboard are the same password.
      const parameters: Argon2Parameters = {
        message: message.normalize('NFKC'),
        nonce,
        memory,
        passes,
        parallelism,
        tagLength,
      };
      return await derive('argon2id', parameters);
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.#running < this.slots) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.maxWaiting) throw new SignInCrowded();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The slot goes to the next in the queue, or is free. */
  private leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

function format({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

function parse(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } | undefined {
  const [, memory, passes, parallelism, salt = '', hash = ''] = STORED.exec(stored) ?? [];
  if (memory === undefined) return undefined;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function isCurrent({ memory, passes, parallelism }: Cost): boolean {
  return memory === COST.memory && passes === COST.passes && parallelism === COST.parallelism;
}
