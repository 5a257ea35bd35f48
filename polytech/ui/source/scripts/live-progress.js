// <live-progress src stream>: how far a long act is (docs/decisions/0024).
//
// Both addresses speak the same JSON: {share: 0–1 or null, what, left, state: "running" | "done" | "failed", href}; what
// is absent stays as it is shown. The stream (server-sent events) is tried first; `src` is asked when the stream opens,
// because the act may have ended meanwhile, at its first event, because the words may be of before, when it missed
// something, and every few seconds once it has failed or been silent: whoever works may have died.
// A finished act leads to `href` when there is one, else the page is read again.
const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15000;

class LiveProgress extends HTMLElement {
  connectedCallback() {
    this.pause = PAUSE_MS;
    if (this.getAttribute("stream")) this.#listen();
    else this.#poll();
  }

  disconnectedCallback() {
    this.events?.close();
    clearTimeout(this.timer);
  }

  #listen() {
    const events = (this.events = new EventSource(this.getAttribute("stream")));
    let heard;
    const fail = () => {
      this.disconnectedCallback();
      this.#poll();
    };
    const hear = ({ data }) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(fail, LONGEST_PAUSE_MS);
      if (data) this.#show(JSON.parse(data));
      if (!data || !heard) this.#ask();
      heard = data;
    };
    events.onopen = events.onmessage = hear;
    events.onerror = fail;
    events.addEventListener("missed", () => this.#ask());
    events.addEventListener("expired", fail);
  }

  async #poll() {
    if ((await this.#ask()) || !this.isConnected) return;
    this.timer = setTimeout(() => this.#poll(), this.pause);
  }

  // Returns whether there is nothing more to ask.
  async #ask() {
    const address = this.getAttribute("src");
    if (!address) return true;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.pause = PAUSE_MS;
      return this.#show(await answer.json());
    } catch {
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
      return false;
    }
  }

  #show({ share, what, left, state, href }) {
    if (this.over) return true;
    const bar = this.querySelector("progress");
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    if (share === null) bar.removeAttribute("value");
    else if (share !== undefined) bar.value = share;
    if (share !== undefined) this.#say("share", share === null ? "" : percent.format(share));
    this.#say("what", what);
    this.#say("left", left);
    if (state !== "done" && state !== "failed") return false;
    this.over = true;
    this.disconnectedCallback();
    if (href) location.assign(href);
    else location.reload();
    return true;
  }

  #say(part, words) {
    if (words !== undefined) this.querySelector(`[data-${part}]`).textContent = words ?? "";
  }
}

customElements.define("live-progress", LiveProgress);
