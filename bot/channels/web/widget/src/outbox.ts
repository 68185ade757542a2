/** Sends what waits, one after the other; nothing leaves the outbox before it has arrived. */

import { Refused } from "./api";
import type { Conversation } from "./conversation";
import { newId } from "./memory";
import type { MessageResult, Waiting } from "./types";

const SHORTEST = 1000;
const LONGEST = 30_000;

export class Outbox {
  #draining = false;
  #wake: () => void = () => {};

  constructor(private readonly conversation: Conversation) {}

  add(text: string): void {
    const { memory } = this.conversation;
    const waiting = { client_message_id: newId(), text };
    memory.keep({ outbox: [...memory.saved.outbox, waiting] });
    this.conversation.tell("pending");
    void this.drain();
  }

  /** Tries again now: the network is back, or another tab has put something in. */
  wake(): void {
    this.#wake();
    void this.drain();
  }

  /** Only one tab sends at a time; where the browser cannot see to that, ids make it harmless. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      const { memory } = this.conversation;
      if (navigator.locks) await navigator.locks.request(memory.key, () => this.#drain());
      else await this.#drain();
    } finally {
      this.#draining = false;
    }
  }

  async #drain(): Promise<void> {
    const { conversation } = this;
    let tries = 0;
    while (!conversation.closed.aborted) {
      const waiting = conversation.memory.saved.outbox[0];
      if (!waiting) return;
      try {
        await this.#send(waiting);
        tries = 0;
        conversation.trouble("");
      } catch (error) {
        tries += 1;
        if (!this.#settle(waiting, error)) await this.#pause(error, tries);
      }
    }
  }

  async #send(waiting: Waiting): Promise<void> {
    const { conversation } = this;
    const path = await conversation.path(waiting.text);
    const { id, token } = conversation.memory.saved;
    const result = await conversation.api.call<MessageResult>(`${path}/messages`, {
      token,
      body: waiting,
    });
    this.#remove(waiting);
    if (conversation.memory.saved.id !== id) return; // the visitor has started over meanwhile
    conversation.take([result.message, ...result.replies], true);
    conversation.setState(result);
  }

  /** Returns whether the next round can come at once. */
  #settle(waiting: Waiting, error: unknown): boolean {
    if (!(error instanceof Refused)) return false;
    if (error.isGone && this.conversation.memory.saved.id) {
      this.conversation.startAnew(); // it has ended; the message goes into a new one
      return true;
    }
    if (error.mayPass) return false;
    this.#remove(waiting); // its words go back to where they can be changed
    this.conversation.tell("refused", { text: waiting.text, detail: error.detail });
    return true;
  }

  async #pause(error: unknown, tries: number): Promise<void> {
    const named = error instanceof Refused ? error.retryAfter : 0;
    const backOff = Math.min(SHORTEST * 2 ** (tries - 1), LONGEST) * (0.75 + Math.random() / 2);
    const limited = error instanceof Refused && error.status === 429;
    this.conversation.trouble(limited ? "wait" : navigator.onLine ? "slow" : "offline");
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, Math.max(named, backOff));
      this.conversation.closed.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #remove(waiting: Waiting): void {
    const { memory } = this.conversation;
    const left = memory.saved.outbox.filter(
      (other) => other.client_message_id !== waiting.client_message_id,
    );
    memory.keep({ outbox: left });
    this.conversation.tell("pending");
  }
}
