/** Calls of the chat API. The token goes in a header: no cookie, no address, no log holds it. */

const PATIENCE = 20_000;
/** How long a stream may take to say its first word, and be silent later; heartbeats come in 20 s. */
const FIRST = 8000;
const SILENCE = 45_000;
/** Why a stream was given up when nothing came: something on the way holds it back or has gone. */
export const SILENT = "silent";

/** An answer that says no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    /** Milliseconds after which the same call may work; 0 if the server named none. */
    readonly retryAfter: number,
    /** Whether the service itself said so, and not something on the way to it. */
    readonly isOurs: boolean,
  ) {
    super(`status ${status}`);
  }

  /** The conversation is closed to this device, or is no more. */
  get isGone(): boolean {
    return this.isOurs && (this.status === 401 || this.status === 404);
  }

  /** The same call may work later. */
  get mayPass(): boolean {
    const passes = this.status >= 500 || this.status === 429 || this.status === 403;
    return passes || (!this.isOurs && this.status !== 413);
  }
}

interface Call {
  /** Milliseconds until the call is given up. */
  patience?: number;
  token?: string | null;
  body?: unknown;
}

export class Api {
  constructor(readonly base: string) {}

  /** Calls a path of the API; throws `Refused`, or a network error. */
  async call<T>(path: string, { token, body, patience }: Call = {}): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patience ?? PATIENCE),
    });
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  /**
   * Reads server-sent events until the stream ends or is given up, also for its silence.
   *
   * `EventSource` cannot send a header, and an address must not hold the token.
   */
  async listen(
    path: string,
    token: string,
    after: number,
    give: AbortController,
    onOpen: () => void,
    onEvent: (name: string, data: string) => void,
  ): Promise<void> {
    const silent = (after: number) => setTimeout(() => give.abort(SILENT), after);
    let alarm = silent(FIRST);
    try {
      const response = await fetch(`${this.base}/api/v1${path}`, {
        headers: { Authorization: `Bearer ${token}`, "Last-Event-ID": String(after) },
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: give.signal,
      });
      if (!response.ok || !response.body) throw await refusal(response);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        clearTimeout(alarm);
        alarm = silent(SILENCE);
        onOpen();
        const events = (rest + read.value).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) dispatch(event, onEvent);
      }
    } finally {
      clearTimeout(alarm);
    }
  }
}

function dispatch(event: string, onEvent: (name: string, data: string) => void): void {
  const field = (name: string) =>
    event
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [name, data] = [field("event"), field("data")];
  if (name && data) onEvent(name, data);
}

async function refusal(response: Response): Promise<Refused> {
  type Problem = { detail?: string; type?: string } | null;
  const problem = (await response.json().catch(() => null)) as Problem;
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  const isOurs = String(problem?.type).startsWith("urn:faqbot:");
  return new Refused(response.status, problem?.detail ?? "", seconds * 1000, isOurs);
}
