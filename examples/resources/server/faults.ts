/** How the stand-in source misbehaves, for tests; none of it by default. Changed at any time by `POST /control`. */
export interface Faults {
  /** Every n-th call of an object or its details is answered 429 with Retry-After; 0: none. @default 0 */
  readonly rateLimitEvery: number;
  /** What Retry-After says, in whole seconds. @default 1 */
  readonly retryAfterSeconds: number;
  /** Ids whose calls are answered 500, until they are repaired by setting this anew. @default [] */
  readonly failing: readonly string[];
  /** Numbers of pages whose listing is answered 500, until they are repaired. @default [] */
  readonly failingPages: readonly number[];
}

/** A source that does what it should. */
export const noFaults: Faults = {
  rateLimitEvery: 0,
  retryAfterSeconds: 1,
  failing: [],
  failingPages: [],
};

/** What the source has seen, as `GET /control` answers it. */
export interface SourceStats {
  /** Calls of pages, objects and details, whatever was answered. */
  readonly calls: number;
  readonly rateLimited: number;
  readonly failed: number;
  /** Calls that came before the Retry-After that the same address was given had passed. */
  readonly early: number;
  /** The most calls that were under way at the same time. */
  readonly mostAtOnce: number;
}

/** What goes wrong with a call. */
export type Fault =
  { readonly status: 429; readonly retryAfterSeconds: number } | { readonly status: 500 };

/** Decides which calls go wrong, and counts them. */
export class FaultPlan {
  #faults: Faults;
  #failing = new Set<string>();
  #failingPages = new Set<number>();
  #counted = 0;
  #stats = { calls: 0, rateLimited: 0, failed: 0, early: 0, mostAtOnce: 0 };
  #atOnce = 0;
  #notBefore = new Map<string, number>();

  constructor(faults: Partial<Faults> = {}) {
    this.#faults = noFaults;
    this.set(faults);
  }

  /** Changes what is given and leaves the rest. */
  set(faults: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...faults };
    this.#failing = new Set(this.#faults.failing);
    this.#failingPages = new Set(this.#faults.failingPages);
  }

  get stats(): SourceStats {
    return { ...this.#stats };
  }

  begin(): void {
    this.#atOnce += 1;
    this.#stats.calls += 1;
    this.#stats.mostAtOnce = Math.max(this.#stats.mostAtOnce, this.#atOnce);
  }

  end(): void {
    this.#atOnce -= 1;
  }

  /** What goes wrong with the listing of a page. */
  ofPage(page: number): Fault | undefined {
    return this.#failingPages.has(page) ? this.#fail() : undefined;
  }

  /** What goes wrong with a call of `path` for the object `id`. */
  ofObject(id: string, path: string, nowMs: number): Fault | undefined {
    if (this.#failing.has(id)) return this.#fail();
    const { rateLimitEvery, retryAfterSeconds } = this.#faults;
    if (rateLimitEvery === 0) return undefined;
    if (nowMs < (this.#notBefore.get(path) ?? 0)) this.#stats.early += 1;
    this.#counted += 1;
    if (this.#counted % rateLimitEvery !== 0) return undefined;
    this.#stats.rateLimited += 1;
    this.#notBefore.set(path, nowMs + retryAfterSeconds * 1_000);
    return { status: 429, retryAfterSeconds };
  }

  #fail(): Fault {
    this.#stats.failed += 1;
    return { status: 500 };
  }
}
