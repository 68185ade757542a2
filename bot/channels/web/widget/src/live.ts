/** News from staff: a stream while somebody looks, else and where there is none a question now and then. */

import { Refused } from "./api";
import type { Conversation } from "./conversation";
import type { Message, State } from "./types";

const POLL = 4000;
const HIDDEN_POLL = 20_000;
const LONGEST = 60_000;
/** Failures of the stream in a row after which it is asked for only every few polls. */
const STUBBORN = 3;

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
    let failures = 0;
    while (!this.conversation.closed.aborted && this.conversation.memory.saved.id) {
      try {
        if (document.hidden || failures >= STUBBORN) {
          await this.conversation.catchUp();
          if (failures >= STUBBORN) failures = Math.random() < 0.2 ? 1 : failures;
          await this.#pause(document.hidden ? HIDDEN_POLL : POLL);
        } else {
          const began = Date.now();
          await this.#stream();
          failures = Date.now() - began > 5000 ? 0 : failures + 1;
          await this.#pause(300 + Math.random() * 1200); // not all at once after a restart
        }
      } catch (error) {
        if (error instanceof Refused && error.isGone) break;
        failures += 1;
        const named = error instanceof Refused ? error.retryAfter : 0;
        const wait = Math.min(1000 * 2 ** Math.min(failures, 6), LONGEST);
        if (named && !document.hidden) {
          failures = STUBBORN; // no free stream: ask instead
          await this.#pause(Math.min(named, POLL));
        } else await this.#pause(wait * (0.5 + Math.random() / 2));
      }
    }
    this.#running = false;
  }

  async #stream(): Promise<void> {
    const { conversation } = this;
    const { id, token } = conversation.memory.saved;
    if (!id || !token) return;
    this.#give = new AbortController();
    const mine = () => conversation.memory.saved.id === id;
    try {
      await conversation.api.listen(
        `/conversations/${id}/events`,
        token,
        conversation.lastSeq,
        this.#give,
        (name, data) => {
          if (!mine()) return;
          const value = JSON.parse(data);
          if (name === "message") conversation.take([value as Message]);
          else if (name === "state") conversation.setState(value as State);
          else if (name === "typing") conversation.setTyping(value.staff_name);
        },
      );
    } catch (error) {
      if (!this.#give.signal.aborted) throw error;
    } finally {
      conversation.setTyping(null);
      this.#give = null;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }
}
