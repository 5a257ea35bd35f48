// <live-progress src stream>: how far a long act is.
//
// Both addresses speak the same JSON: {share: 0–1 or null, what, left, state: "running" | "done" | "failed", href}.
// The stream is tried first (server-sent events); when it fails, the address is asked every few seconds.
// A finished act leads to `href` when there is one, else the page is read again.
const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15000;

class LiveProgress extends HTMLElement {
  connectedCallback() {
    this.pause = PAUSE_MS;
    if (this.getAttribute("stream")) this.#listen();
    else if (this.getAttribute("src")) this.#ask();
  }

  disconnectedCallback() {
    this.events?.close();
    clearTimeout(this.timer);
  }

  #listen() {
    this.events = new EventSource(this.getAttribute("stream"));
    this.events.onmessage = (event) => this.#show(JSON.parse(event.data));
    this.events.onerror = () => {
      this.events.close();
      if (this.getAttribute("src")) this.#ask();
    };
  }

  async #ask() {
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.pause = PAUSE_MS;
      if (this.#show(await answer.json())) return;
    } catch {
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    }
    this.timer = setTimeout(() => this.#ask(), this.pause);
  }

  // Returns whether the act is over.
  #show({ share, what, left, state, href }) {
    const bar = this.querySelector("progress");
    if (share == null) bar.removeAttribute("value");
    else bar.value = share;
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    this.querySelector("[data-share]").textContent = share == null ? "" : percent.format(share);
    if (what != null) this.querySelector("[data-what]").textContent = what;
    this.querySelector("[data-left]").textContent = left ?? "";
    if (state !== "done" && state !== "failed") return false;
    this.disconnectedCallback();
    if (href) location.assign(href);
    else location.reload();
    return true;
  }
}

customElements.define("live-progress", LiveProgress);
