/** One conversation as this page knows it; the view listens to what it tells. */

import { type Api, Refused } from "./api";
import { Live } from "./live";
import type { Memory } from "./memory";
import { Outbox } from "./outbox";
import type { Contact, Created, Message, MessageList, State } from "./types";

export interface Identity {
  user: string;
  expires: number;
  signature: string;
}

interface Told {
  /** Messages that are new on this page, in order; `fresh` if they were said just now. */
  messages: { messages: Message[]; fresh: boolean };
  state: State;
  /** What waits to be sent has changed. */
  pending: undefined;
  typing: string | null;
  /** The conversation on screen is no more. */
  reset: undefined;
  /** Words that the server does not take, and why. */
  refused: { text: string; detail: string };
  /** The name of a text about the connection, or nothing. */
  trouble: string;
}

type Listener = <K extends keyof Told>(name: K, what: Told[K]) => void;

export class Conversation {
  readonly messages = new Map<string, Message>();
  readonly outbox: Outbox;
  readonly closed: AbortSignal;
  readonly #live: Live;
  #id: string | null = null;
  #starting: Promise<void> | null = null;
  #caughtUp = false;
  #trouble = "";
  state: State = { state: "bot", staff_name: null };
  typing: string | null = null;
  lastSeq = 0;
  listener: Listener = () => {};

  constructor(
    readonly api: Api,
    readonly memory: Memory,
    private readonly language: string,
    private readonly identity: Identity | null,
    closing: AbortController,
  ) {
    this.closed = closing.signal;
    this.#live = new Live(this);
    this.outbox = new Outbox(this);
    memory.onChange(() => this.#followOtherTab(), this.closed);
    addEventListener("online", () => this.reached(), { signal: this.closed });
    addEventListener("offline", () => this.trouble("offline"), { signal: this.closed });
  }

  tell<K extends keyof Told>(name: K, what?: Told[K]): void {
    this.listener(name, what as Told[K]);
  }

  /** Goes on with what the device remembers. */
  async resume(): Promise<void> {
    if (this.identity && !this.memory.saved.id && this.memory.saved.consent) await this.start();
    this.#id = this.memory.saved.id;
    if (this.#id) {
      try {
        await this.catchUp();
      } catch (error) {
        if (error instanceof Refused && error.isGone) this.startAnew();
        else this.trouble(navigator.onLine ? "slow" : "offline");
      }
      void this.#live.run();
    }
    this.#caughtUp = true;
    if (this.memory.saved.outbox.length) void this.outbox.drain();
  }

  /** Starts a conversation; several wishes at once start one. */
  async start(firstText?: string): Promise<void> {
    this.#starting ??= this.#create(firstText).finally(() => {
      this.#starting = null;
    });
    await this.#starting;
  }

  /** Returns the path of the conversation; starts one where there is none. */
  async path(firstText?: string): Promise<string> {
    if (!this.memory.saved.id) await this.start(firstText);
    this.#id = this.memory.saved.id;
    void this.#live.run();
    return `/conversations/${this.#id}`;
  }

  async catchUp(): Promise<void> {
    const { id, token } = this.memory.saved;
    let list: MessageList;
    do {
      const path = `/conversations/${id}/messages?after=${this.lastSeq}`;
      list = await this.api.call<MessageList>(path, { token });
      if (this.memory.saved.id !== id) return;
      this.take(list.messages);
    } while (list.has_more);
    this.setState(list);
    this.reached();
  }

  /** Shows messages, each once, whatever way they came. */
  take(messages: Message[], fresh = this.#caughtUp): void {
    const news = messages.filter((message) => !this.messages.has(message.id));
    for (const message of news) this.messages.set(message.id, message);
    // What is between stays open until it is there: the stream asks from the last unbroken place.
    const known = new Set(Array.from(this.messages.values(), (message) => message.seq));
    while (known.has(this.lastSeq + 1)) this.lastSeq += 1;
    if (news.length) this.tell("messages", { messages: news, fresh });
  }

  setState(state: State): void {
    this.state = { state: state.state, staff_name: state.staff_name };
    this.tell("state", this.state);
  }

  setTyping(name: string | null): void {
    this.typing = name;
    this.tell("typing", name);
  }

  trouble(name: string): void {
    if (name === this.#trouble) return;
    this.#trouble = name;
    this.tell("trouble", name);
  }

  /** The way to the service is open again: what waits for that goes now. */
  reached(): void {
    if (this.memory.saved.outbox.length) this.outbox.wake();
    else this.trouble("");
  }

  rate(messageId: string, rating: "up" | "down"): Promise<void> {
    return this.#post("feedback", { message_id: messageId, rating });
  }

  leaveContact(contact: Contact): Promise<void> {
    return this.#post("contact", contact);
  }

  /** Leaves this conversation; what waits to be sent goes into the next. */
  startAnew(): void {
    this.memory.keep({ id: null, token: null, seen: 0 });
    this.#reset();
  }

  /** Leaves this conversation and what was not sent. */
  restart(): void {
    this.memory.keep({ id: null, token: null, seen: 0, outbox: [] });
    this.#reset();
    this.trouble("");
    this.outbox.wake();
  }

  async #post(what: string, body: unknown): Promise<void> {
    const path = await this.path();
    await this.api.call(`${path}/${what}`, { token: this.memory.saved.token, body });
  }

  async #create(firstText?: string): Promise<void> {
    const identity = this.identity ?? undefined;
    const body = { language: this.language, consent: true, identity, first_text: firstText };
    const created = await this.api.call<Created>("/conversations", { body });
    if (this.memory.saved.id) return; // another tab was quicker
    this.memory.keep({ id: created.id, token: created.token });
    this.#id = created.id;
    if (created.notice) this.take([created.notice], false);
    if (this.identity) await this.catchUp();
  }

  #reset(): void {
    this.messages.clear();
    this.lastSeq = 0;
    this.#id = null;
    this.setState({ state: "bot", staff_name: null });
    this.tell("reset");
    this.#live.reset();
  }

  #followOtherTab(): void {
    const { id } = this.memory.saved;
    if (id !== this.#id) {
      this.#reset();
      this.#id = id;
      if (id)
        void this.catchUp().then(
          () => this.#live.run(),
          () => this.#live.run(),
        );
    }
    this.tell("pending");
    this.outbox.wake(); // whichever tab's turn it is: it need not wait for its own alarm
  }
}
