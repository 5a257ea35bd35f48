// <now-next> around things with data-starts and data-ends (ISO 8601): marks what is on now, what comes next, what is
// over, and shows the one of their children whose data-when is "now", "next" or "past".
const MINUTE_MS = 60_000;

class NowNext extends HTMLElement {
  connectedCallback() {
    this.refresh = this.refresh.bind(this);
    document.addEventListener("visibilitychange", this.refresh);
    this.timer = setInterval(this.refresh, MINUTE_MS / 2);
    this.refresh();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.refresh);
    clearInterval(this.timer);
  }

  refresh() {
    const now = Date.now();
    let nextFound = false;
    for (const thing of this.querySelectorAll("[data-starts]")) {
      const starts = Date.parse(thing.dataset.starts);
      const state = now >= Date.parse(thing.dataset.ends) ? "past" : now >= starts ? "now" : nextFound ? "" : "next";
      nextFound ||= state === "next";
      for (const name of ["past", "now", "next"]) thing.classList.toggle(name, name === state);
      for (const part of thing.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    }
  }
}

customElements.define("now-next", NowNext);
