import { Company, type CompanySeed } from './company.js';
import { FaultBook } from './faults.js';
import type { Journal } from './journal.js';
import type { SignatureCheck } from './signature.js';
import { type Bucket, type BucketSize, fullBucket, taken } from './token-bucket.js';

export interface PartnerSeed {
  readonly id: string;
  readonly secret: string;
  /** Absent: 2 each second, 10 at once, as the documentation's example. */
  readonly limit?: BucketSize | undefined;
}

/** What became of a partner's calls. */
export interface Traffic {
  granted: number;
  limited: number;
  readonly byCompany: Map<string, number>;
}

/** A call whose signature did not hold: in the log, and here for whoever cannot read it. */
export interface Refusal {
  readonly at: string;
  readonly check: SignatureCheck;
  readonly mistake: string | null;
  readonly partner: string | null;
  readonly method: string;
  readonly target: string;
}

interface Partner {
  readonly seed: PartnerSeed;
  readonly size: BucketSize;
  bucket: Bucket;
  readonly traffic: Traffic;
}

const USUAL_LIMIT: BucketSize = { rate: 2, capacity: 10 };
const REFUSALS_KEPT = 100;

/** Everything that the sandbox remembers. It is gone when the process ends; the journal stays. */
export class World {
  readonly faults = new FaultBook();
  readonly refusals: Refusal[] = [];
  private readonly companies = new Map<string, Company>();
  private readonly partners = new Map<string, Partner>();
  private nextCompanyId = 500_001;

  constructor(
    readonly journal: Journal,
    private readonly now: () => Date,
  ) {}

  clock(): Date {
    return this.now();
  }

  /** A new secret or limit for a partner that is known, too: its bucket is full again, its traffic begins anew. */
  addPartner(seed: PartnerSeed): void {
    const size = seed.limit ?? USUAL_LIMIT;
    const traffic = { granted: 0, limited: 0, byCompany: new Map<string, number>() };
    this.partners.set(seed.id, { seed, size, bucket: fullBucket(size, this.now().getTime()), traffic });
  }

  removePartner(id: string): boolean {
    return this.partners.delete(id);
  }

  secretOf(id: string): string | undefined {
    return this.partners.get(id)?.seed.secret;
  }

  /** Takes a token of the partner's, and counts. */
  take(id: string, cuid: string | null): { granted: boolean; bucket: Bucket; size: BucketSize } {
    const partner = this.partners.get(id);
    if (!partner) throw new RangeError(`There is no partner ${id}`);
    const { bucket, granted } = taken(partner.bucket, partner.size, this.now().getTime());
    partner.bucket = bucket;
    const { traffic, size } = partner;
    if (!granted) traffic.limited += 1;
    else traffic.granted += 1;
    if (granted && cuid !== null) traffic.byCompany.set(cuid, (traffic.byCompany.get(cuid) ?? 0) + 1);
    return { granted, bucket, size };
  }

  traffic(): Record<string, { granted: number; limited: number; byCompany: Record<string, number> }> {
    const all = [...this.partners].map(([id, { traffic }]) => {
      return [id, { ...traffic, byCompany: Object.fromEntries(traffic.byCompany) }] as const;
    });
    return Object.fromEntries(all);
  }

  addCompany(seed: CompanySeed): Company {
    const company = new Company(this.nextCompanyId++, seed);
    this.companies.set(company.cuid, company);
    return company;
  }

  company(cuid: string): Company | undefined {
    return this.companies.get(cuid);
  }

  /** The companies whose main users have let the partner in. */
  companiesOf(partner: string): Company[] {
    return [...this.companies.values()].filter((company) => company.isSeenBy(partner));
  }

  allCompanies(): Company[] {
    return [...this.companies.values()];
  }

  remember(refusal: Refusal): void {
    this.refusals.push(refusal);
    if (this.refusals.length > REFUSALS_KEPT) this.refusals.shift();
  }
}
