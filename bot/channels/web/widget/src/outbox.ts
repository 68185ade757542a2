/** Sends what waits, one after the other; nothing leaves the outbox before it has arrived. */

import { Refused } from "./api";
import type { Conversation } from "./conversation";
import { newId } from "./memory";
import type { MessageResult, Waiting } from "./types";

const SHORTEST = 1000;
const LONGEST = 30_000;
/** The longest wait that is obeyed: what lets a message pass may change before. */
const LIMITED = 60_000;
const TOO_MANY = 429;

export class Outbox {
  #draining = false;
  #wake: () => void = () => {};
  /** When a message that came over a limit may be tried again, by its id. */
  readonly #notBefore = new Map<string, number>();

  constructor(private readonly conversation: Conversation) {}

  add(text: string): void {
    const { memory } = this.conversation;
    const waiting = { client_message_id: newId(), text };
    memory.keep({ outbox: [...memory.saved.outbox, waiting] });
    this.conversation.tell("pending");
    this.wake();
  }

  /** Tries again now: there is something new, the network is back, another tab has written. */
  wake(): void {
    this.#wake();
    void this.drain();
  }

  /** Only one tab sends at a time; where the browser cannot see to that, ids make it harmless. */
  async drain(): Promise<void> {
    const { memory } = this.conversation;
    if (this.#draining || !memory.saved.outbox.length) return;
    this.#draining = true;
    try {
      // Pages that may not store anything may not lock anything either.
      if (navigator.locks && memory.isShared)
        await navigator.locks.request(memory.key, () => this.#drain());
      else await this.#drain();
    } finally {
      this.#draining = false;
    }
  }

  async #drain(): Promise<void> {
    const { conversation } = this;
    let tries = 0;
    while (!conversation.closed.aborted) {
      const { outbox } = conversation.memory.saved;
      if (!outbox.length) return;
      // One that came over a limit lets the others pass: they may be of somebody in danger, which
      // no limit stops.
      const waiting = outbox.find((one) => this.#early(one) <= 0);
      if (!waiting) {
        conversation.trouble("wait");
        await this.#pause(Math.min(...outbox.map((one) => this.#early(one))));
        continue;
      }
      try {
        await this.#send(waiting);
        tries = 0;
        conversation.trouble("");
      } catch (error) {
        tries += 1;
        if (!this.#settle(waiting, error, tries)) await this.#backOff(error, tries);
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
  #settle(waiting: Waiting, error: unknown, tries: number): boolean {
    if (!(error instanceof Refused)) return false;
    if (error.isGone && this.conversation.memory.saved.id) {
      this.conversation.startAnew(); // it has ended; the message goes into a new one
      return true;
    }
    if (error.status === TOO_MANY) {
      const wait = Math.min(Math.max(error.retryAfter, SHORTEST * tries), LIMITED);
      this.#notBefore.set(waiting.client_message_id, Date.now() + wait);
      return true;
    }
    if (error.mayPass) return false;
    this.#remove(waiting); // its words go back to where they can be changed
    this.conversation.tell("refused", { text: waiting.text, detail: error.detail });
    return true;
  }

  async #backOff(error: unknown, tries: number): Promise<void> {
    const named = error instanceof Refused ? error.retryAfter : 0;
    const backOff = Math.min(SHORTEST * 2 ** (tries - 1), LONGEST) * (0.75 + Math.random() / 2);
    this.conversation.trouble(navigator.onLine ? "slow" : "offline");
    await this.#pause(Math.max(Math.min(named, LONGEST), backOff));
  }

  /** Milliseconds until a message may be tried again. */
  #early(waiting: Waiting): number {
    return (this.#notBefore.get(waiting.client_message_id) ?? 0) - Date.now();
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
      this.conversation.closed.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #remove(waiting: Waiting): void {
    const { memory } = this.conversation;
    this.#notBefore.delete(waiting.client_message_id);
    const left = memory.saved.outbox.filter(
      (other) => other.client_message_id !== waiting.client_message_id,
    );
    memory.keep({ outbox: left });
    this.conversation.tell("pending");
  }
}
