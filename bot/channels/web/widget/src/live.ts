/** News from staff: a stream while somebody looks, else and where there is none a question now and then. */

import { Refused, SILENT } from "./api";
import type { Conversation } from "./conversation";
import type { Message, State } from "./types";

const POLL = 4000;
const HIDDEN_POLL = 20_000;
/** A stream that did not last so long was of no use. */
const BRIEF = 5000;
/** The longest wait after errors in a row, and between two tries where streams do not work. */
const LONGEST = 30_000;
const RARELY = 60_000;

export class Live {
  #give: AbortController | null = null;
  #wake: () => void = () => {};
  #running = false;

  constructor(private readonly conversation: Conversation) {
    const signal = conversation.closed;
    document.addEventListener("visibilitychange", () => this.poke(), { signal });
    addEventListener("online", () => this.poke(), { signal });
    signal.addEventListener("abort", () => this.poke());
  }

  /** Looks again now: the page came to the front or the network came back. */
  poke(): void {
    if (document.hidden || this.conversation.closed.aborted) this.#give?.abort();
    this.#wake();
  }

  /** Another conversation is watched from now on. */
  reset(): void {
    this.#give?.abort();
    this.#wake();
  }

  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { conversation } = this;
    let [errors, failures, streamAgainAt] = [0, 0, 0];
    while (!conversation.closed.aborted && conversation.memory.saved.id) {
      try {
        if (document.hidden || Date.now() < streamAgainAt) {
          await conversation.catchUp();
          await this.#pause(document.hidden ? HIDDEN_POLL : POLL);
        } else if (await this.#stream()) {
          failures = 0;
          await this.#pause(300 + Math.random() * 1200); // not all at once after a restart
        } else {
          failures += 1; // at once the news is asked for instead
          streamAgainAt = Date.now() + Math.min(POLL * 2 ** failures, RARELY);
        }
        errors = 0;
      } catch (error) {
        if (error instanceof Refused && error.isGone) break;
        errors += 1;
        const wait = Math.min(1000 * 2 ** errors, LONGEST);
        await this.#pause(wait * (0.5 + Math.random() / 2));
      }
    }
    this.#running = false;
  }

  /** Returns whether a stream brings the news here; else it must be asked for. */
  async #stream(): Promise<boolean> {
    const { conversation } = this;
    const { id, token } = conversation.memory.saved;
    if (!id || !token) return true;
    const give = new AbortController();
    this.#give = give;
    let openedAt = 0;
    const lasted = () => openedAt > 0 && Date.now() - openedAt > BRIEF;
    try {
      await conversation.api.listen(
        `/conversations/${id}/events`,
        token,
        conversation.lastSeq,
        give,
        () => {
          if (!openedAt) conversation.reached();
          openedAt ||= Date.now();
        },
        (name, data) => {
          if (conversation.memory.saved.id === id) this.#hear(name, JSON.parse(data));
        },
      );
      return lasted();
    } catch (error) {
      if (error instanceof Refused && error.isGone) throw error;
      if (give.signal.aborted) return give.signal.reason !== SILENT; // else it was left on purpose
      return lasted();
    } finally {
      conversation.setTyping(null);
      this.#give = null;
    }
  }

  #hear(name: string, value: unknown): void {
    const { conversation } = this;
    if (name === "message") conversation.take([value as Message]);
    else if (name === "state") conversation.setState(value as State);
    else if (name === "typing")
      conversation.setTyping((value as { staff_name: string | null }).staff_name);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }
}
