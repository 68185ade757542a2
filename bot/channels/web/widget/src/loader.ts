/**
 * The one line on a clinic's page: draws the button, and loads the chat when somebody wants it.
 *
 * It defines `<faqbot-chat>` and adds one unless the page has its own.
 */

import { paint } from "./colors";
import { type App, type Host, type Mount, PLACE, slotOf } from "./host";
import sheet from "./loader.css";

const NAME = "faqbot-chat";
/** What the button says, and what it says when the chat cannot be loaded. */
const LABELS: Record<string, [string, string]> = {
  en: ["Ask a question", "No connection. Tap to try again"],
  es: ["Haga una pregunta", "Sin conexión. Toque para reintentar"],
};
const ICON = "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z";

const script = document.currentScript as HTMLScriptElement | null;
const home = script?.src ?? location.href;
let loading: Promise<Mount> | undefined;
let address: string | undefined;

/** Loads the chat once, however many elements ask. */
function load(): Promise<Mount> {
  loading ??= new Promise<Mount>((resolve, reject) => {
    const made = document.createElement("script");
    made.onload = () => resolve((window as unknown as Record<symbol, Mount>)[PLACE] as Mount);
    made.onerror = () => {
      loading = undefined; // the next wish tries again
      made.remove();
      reject(new Error("the chat could not be loaded"));
    };
    // A page with a policy trusts by nonce, by hash or by address: each passes on.
    if (script?.nonce) made.nonce = script.nonce;
    if (script?.integrity) made.integrity = APP_INTEGRITY;
    made.crossOrigin = "anonymous";
    address ??= trusted(new URL(APP_ADDRESS, home).href); // a policy is made once only
    made.src = address;
    document.head.append(made);
  });
  return loading;
}

/** Pages that enforce Trusted Types want addresses of scripts named so. */
function trusted(address: string): string {
  type Types = {
    createPolicy(name: string, rules: object): { createScriptURL(a: string): string };
  };
  const types = (window as unknown as { trustedTypes?: Types }).trustedTypes;
  return types
    ? types.createPolicy("faqbot", { createScriptURL: (a: string) => a }).createScriptURL(address)
    : address;
}

class FaqbotChat extends HTMLElement implements Host {
  readonly element = this;
  readonly root = this.attachShadow({ mode: "open" });
  readonly box = document.createElement("div");
  readonly launcher = document.createElement("button");
  readonly #badge = document.createElement("span");
  readonly #words = document.createElement("span");
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  #app: App | undefined;

  get base(): string {
    return this.option("api") || new URL(".", home).href.replace(/\/$/, "");
  }

  get language(): string {
    const wanted = this.option("lang") || document.documentElement.lang || navigator.language;
    return (wanted || "en").slice(0, 2).toLowerCase();
  }

  option(name: string): string {
    return this.getAttribute(`data-${name}`) ?? script?.getAttribute(`data-${name}`) ?? "";
  }

  connectedCallback(): void {
    if (!this.box.isConnected) this.#draw();
    this.#dark.addEventListener("change", this.#paint);
    this.#paint();
    // Above everything, whatever the page does with z-index, overflow and transforms.
    if (this.box.showPopover) {
      this.box.popover = "manual";
      this.box.showPopover();
    }
    if (this.#opens()) this.open();
    else if (this.#remembers()) this.#start().catch(() => {});
  }

  disconnectedCallback(): void {
    this.#dark.removeEventListener("change", this.#paint);
    this.#app?.dispose();
    this.#app = undefined;
  }

  /** Opens the chat. */
  open(): void {
    this.launcher.ariaBusy = "true";
    this.#start()
      .then((app) => {
        this.#say(0);
        return app.open();
      })
      .catch(() => this.#say(1))
      .finally(() => {
        this.launcher.ariaBusy = null;
      });
  }

  /** Closes the chat. */
  close(): void {
    this.#app?.close();
  }

  badge(count: number, label: string): void {
    this.#badge.hidden = !count;
    this.#badge.textContent = count > 9 ? "9+" : String(count);
    this.#badge.ariaHidden = "true";
    this.launcher.ariaLabel = label ? `${this.#words.textContent}. ${label}` : null;
  }

  /** Puts words on the button: the usual ones, or what to do when the chat cannot be loaded. */
  #say(which: 0 | 1): void {
    const [usual, failed] = LABELS[this.language] ?? (LABELS.en as [string, string]);
    const phone = this.option("phone");
    this.#words.textContent = which
      ? failed + (phone && `, ${phone}`)
      : this.option("launcher") || usual;
  }

  /** Whether it opens without being asked; the attribute needs no value. */
  #opens(): boolean {
    const name = "data-open";
    return (
      this.option("layout") === "page" || this.hasAttribute(name) || !!script?.hasAttribute(name)
    );
  }

  async #start(): Promise<App> {
    const mount = await load();
    this.#app ??= mount(this);
    return this.#app;
  }

  /** Whether there is a conversation whose news should show on the button. */
  #remembers(): boolean {
    try {
      return !this.option("user") && localStorage.getItem(slotOf(this.base, "")) !== null;
    } catch {
      return false; // storage is closed to us
    }
  }

  #draw(): void {
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    this.root.adoptedStyleSheets = [style];
    this.box.className = `box ${this.option("side")} ${this.option("layout")}`;
    this.launcher.type = "button";
    this.launcher.className = "launcher";
    this.launcher.ariaHasPopup = "dialog";
    this.launcher.ariaExpanded = "false";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svg.namespaceURI as string, "path");
    path.setAttribute("fill", "currentColor");
    path.setAttribute("d", ICON);
    svg.append(path);
    this.#say(0);
    this.#badge.className = "badge";
    this.#badge.hidden = true;
    this.launcher.append(svg, this.#words, this.#badge);
    this.launcher.addEventListener("click", () => this.open());
    const soon = () => void load().catch(() => {});
    this.launcher.addEventListener("pointerenter", soon, { once: true });
    this.launcher.addEventListener("focus", soon, { once: true });
    this.box.append(this.launcher);
    this.root.append(this.box);
    const probe = document.createElement("i");
    probe.style.fontSize = "medium";
    this.box.append(probe);
    this.box.style.setProperty("--u", getComputedStyle(probe).fontSize);
    probe.remove();
  }

  #paint = (): void => {
    const scheme = this.option("scheme");
    const dark = scheme === "dark" || (scheme !== "light" && this.#dark.matches);
    this.box.classList.toggle("dark", dark);
    const given = getComputedStyle(this).getPropertyValue("--faqbot-accent").trim();
    const accent = this.option("color") || given;
    if (accent) paint(this.box, accent, dark);
  };
}

if (!customElements.get(NAME)) customElements.define(NAME, FaqbotChat);

function place(): void {
  if (!document.querySelector(NAME)) document.body.append(document.createElement(NAME));
}

if (document.body) place();
else addEventListener("DOMContentLoaded", place);
