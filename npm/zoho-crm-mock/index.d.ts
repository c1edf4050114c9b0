/// <reference lib="esnext.disposable" />

/** From the mildest to the worst. */
export type Severity = "info" | "warning" | "error";

/** Options of a server: those of `zoho-crm-mock serve`, and how the program is run. */
export interface ServerOptions {
  /** The program; that of `ZOHO_MOCK_BIN` or of this platform's package without it. */
  binary?: string;
  /** Further variables of its environment. */
  env?: Record<string, string>;
  /** `inherit` shows what the program logs. */
  stderr?: "inherit";

  /** Address to listen on. */
  host?: string;
  /** Port to listen on; a free one without it. */
  port?: number;
  /** What it holds: names of seeds, or paths of folders and files. */
  seed?: string | readonly string[];
  /** Generated records: `{ Leads: 500 }`. */
  generate?: Record<string, number>;
  /** No records: metadata and one user. */
  empty?: boolean;
  /** One wording for all versions. */
  wording?: "documented" | "zoho";
  /** Which access tokens are taken. */
  auth?: "off" | "any" | "strict";
  /** The time at which the clock stands still. */
  now?: string | Date;
  /** What ids and tokens depend on. */
  rngSeed?: number;
  /** Form of the log. */
  log?: "text" | "json";
  /** A line for each request in the log. */
  logRequests?: boolean;
  /** Threads that answer requests. */
  workers?: number;
  /** A file that says where the server is. */
  readyFile?: string;
  /** Refuse requests that break Zoho's contract. */
  strict?: boolean;
  /** API credits and calls at once of an edition. */
  credits?: "free" | "standard" | "professional" | "enterprise" | "ultimate";
  /** Calls that each org takes: `"100/60"`. */
  rateLimit?: string | number;
  /** When jobs are done: `"at_once"`, `"bulk_read:polls=3"`, `"after=PT10S"`. */
  jobs?: string | readonly string[];
  /** Requests that the journal of each org holds. */
  journal?: number;
  /** Bytes that the files of all orgs may take together. */
  maxFileBytes?: number;
  /** Names that the server answers to, besides addresses and `localhost`. */
  allowHost?: string | readonly string[];
  /** Hosts that are called back, besides this machine. */
  allowCallbacks?: string | readonly string[];
  /** Origins of web pages that may use the control plane. */
  allowOrigin?: string | readonly string[];
  /** A token that calls of the control plane bear. */
  adminToken?: string;
  /** Address of the control plane, if it is to have one of its own. */
  adminHost?: string;
  /** Port of the control plane, if it is to have one of its own. */
  adminPort?: number;
  /** A second port, which takes the same as the first; 0 takes a free one. */
  tlsPort?: number;
  /** Folder of the authority that signs for Zoho's hosts. */
  caDir?: string;
  /** Sign with an authority that is not kept. */
  ephemeralCa?: boolean;
  /** Hosts besides Zoho's to which the proxy lets clients through. */
  passThrough?: string | readonly string[];
  /** Believe a reverse proxy in front by what name and scheme the server was called. */
  behindProxy?: boolean;
}

/** Options of a server that a runner of tests starts for all of them. */
export interface SharedServerOptions extends ServerOptions {
  /** A server that runs already, such as one in a container: none is started. */
  url?: string;
  /** The mildest severity of violations that fails a test. */
  failOn?: Severity;
}

/** How an org is made. */
export interface OrgOptions {
  /** `seed`, an org's id or name, or the name of a snapshot. */
  from?: string;
  /** A name that no org has. */
  name?: string;
  /** What people know it by, such as the name of a test; others may have the same. */
  label?: string;
  /** After so long without a request the org goes: seconds, or a duration such as `PT1H`. */
  ttl?: number | string;
  /** A seed that is added: `{ Leads: [{ Last_Name: "Rao" }] }`. */
  seed?: Record<string, unknown>;
  /** The time at which its clock stands still. */
  now?: string | Date;
}

/** Which requests are meant; `*` stands for anything. */
export interface RequestMatch {
  operation?: string;
  method?: string;
  path?: string;
  module?: string;
  version?: string;
  query?: Record<string, unknown>;
  body?: unknown;
  status?: number;
}

/** How many requests there are to be. */
export interface Expectation {
  match?: RequestMatch;
  count?: number;
  at_least?: number;
  at_most?: number;
  timeout_ms?: number;
}

/** A rule of faults. */
export interface Fault {
  match?: RequestMatch & { nth?: number | number[]; probability?: number; org?: string };
  times?: number;
  ttl?: number | string;
  effect: {
    error?: string;
    status?: number;
    body?: unknown;
    headers?: Record<string, string>;
    delay_ms?: number | { min: number; max: number } | { median: number; sigma: number };
    connection?: "reset" | "truncate" | "slow" | "garbage";
    record?: { index: number | number[]; error: string };
  };
}

/** What a request did against the contract. */
export interface Violation {
  rule: string;
  severity: Severity;
  path: string;
  message: string;
  advice: string;
}

/** A request that came. */
export interface JournalEntry {
  id: number;
  time: string;
  org: string;
  /** The label that the org had then. */
  label?: string;
  operation: string;
  method: string;
  path: string;
  module: string;
  query: Record<string, unknown>;
  status: number;
  duration_us: number;
  request: unknown;
  request_headers: Record<string, string>;
  response: unknown;
  violations: Violation[];
}

/** What was wrong, and what of the API was called. */
export interface ContractReport {
  violations: (Violation & { operation: string; request_id: number; request: string; label?: string })[];
  summary: { error: number; warning: number; info: number; rules: Record<string, number> };
  coverage: { operations: number; exercised: number; percent: number; not_exercised: string[] };
}

/** A clock. */
export interface Clock {
  now: string;
  frozen: boolean;
}

/** What the control plane refuses, in its own words; of requests that are not as expected, with the nearest. */
export class ControlError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly details: unknown;
}

/** An org of a server, and what a test may do to it. */
export class Org {
  protected constructor();
  readonly id: string;
  readonly name: string;
  /** What people know it by; empty without one. */
  readonly label: string;
  /** Its base address: a program that is pointed there meets no other org. */
  readonly url: string;
  /** A token that leads to it, at the server's address, too. */
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Asks the org as a program does, with its token: `org.fetch("crm/v8/Leads", { json: { … } })`. */
  fetch(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The settings with which a program finds the org. */
  env(): Promise<Record<string, string>>;
  /** Adds a seed; gives the ids of its labels. */
  seed(seed: Record<string, unknown>): Promise<Record<string, string>>;
  /** Puts an export, or another seed, in the place of all that the org holds; gives the ids of its labels. */
  replace(seed: Record<string, unknown>): Promise<Record<string, string>>;
  /** What the org holds, as a seed. */
  export(): Promise<Record<string, unknown>>;
  /** Back to what the org began with. */
  reset(...also: ("faults" | "journal" | "limits" | "snapshots")[]): Promise<void>;
  /** Gives the org another label, which journal and contract tell from then on. */
  setLabel(label: string): Promise<void>;
  /** Keeps what the org holds under a name. */
  snapshot(name: string): Promise<void>;
  /** Takes what was kept under a name. */
  restore(name: string): Promise<void>;
  /** Stops the clock, at a time if one is given. */
  freeze(now?: string | Date): Promise<Clock>;
  /** Sets the clock forward, by seconds or a duration such as `PT1H`. */
  advance(by: number | string): Promise<Clock>;
  /** Adds a rule of faults. */
  fault(rule: Fault): Promise<Fault & { id: string }>;
  /** Takes the rules of faults away. */
  clearFaults(): Promise<void>;
  /** The requests that came, the oldest first. */
  requests(filter?: Record<string, string>): Promise<JournalEntry[]>;
  /** Fails if the requests that came are not as expected. */
  verify(expectation: Expectation): Promise<void>;
  /** Waits for requests; gives them. */
  waitFor(expectation: Expectation): Promise<JournalEntry[]>;
  /** What was wrong by Zoho's contract, and what of the API was called. */
  contract(): Promise<ContractReport>;
  /** Fails if the contract was broken so badly, or worse; `error` without an argument. */
  assertContract(failOn?: Severity): Promise<void>;
  /** Any call of the control plane about this org: `org.control("PUT", "limits", { … })`. */
  control(method: string, path: string, body?: unknown): Promise<any>;
}

/** An org that a test has made; `await using` takes it away. */
export class ForkedOrg extends Org implements AsyncDisposable {
  protected constructor();
  /** Takes the org away. */
  delete(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server; as an org it is its default one. `await using` stops it. */
export class Server extends Org implements AsyncDisposable {
  protected constructor();
  /** Makes an org, which shares nothing with others of the server. */
  org(options?: OrgOptions): Promise<ForkedOrg>;
  /** Stops the server, if it was started here. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on a free port; it ends with this process at the latest. */
export function start(options?: ServerOptions): Promise<Server>;

/** A server that runs already, such as one in a container. */
export function connect(
  url: string,
  options?: {
    /** The token of its control plane. */
    adminToken?: string;
    /** Where its control plane is, if that has an address of its own. */
    controlUrl?: string;
  },
): Promise<Server>;

/** The path of the program. */
export function binary(): string;
