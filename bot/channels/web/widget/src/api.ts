/** Calls of the chat API. The token goes in a header: no cookie, no address, no log holds it. */

const PATIENCE = 20_000;
const SILENCE = 45_000;

/** An answer that says no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    /** Milliseconds after which the same call may work; 0 if the server named none. */
    readonly retryAfter: number,
  ) {
    super(`status ${status}`);
  }

  /** The conversation is closed to this device, or is no more. */
  get isGone(): boolean {
    return this.status === 401 || this.status === 404;
  }

  /** The same call may work later. */
  get mayPass(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 403;
  }
}

interface Call {
  token?: string | null;
  body?: unknown;
  method?: string;
}

export class Api {
  constructor(readonly base: string) {}

  /** Calls a path of the API; throws `Refused`, or a network error. */
  async call<T>(path: string, { token, body, method }: Call = {}): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  /**
   * Reads server-sent events until the stream ends or is given up.
   *
   * `EventSource` cannot send a header, and an address must not hold the token.
   */
  async listen(
    path: string,
    token: string,
    after: number,
    give: AbortController,
    onEvent: (name: string, data: string) => void,
  ): Promise<void> {
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
    // A connection that a network dropped without a word is noticed by the missing heartbeat.
    let alarm = setTimeout(() => give.abort(), SILENCE);
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        clearTimeout(alarm);
        alarm = setTimeout(() => give.abort(), SILENCE);
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
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, problem.detail ?? "", seconds * 1000);
}
