// <toast-list>: sentences that leave by themselves; warnings and errors stay until they are closed.
const SHOWN_MS = 8000;

class ToastList extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".toast")) this.#arm(toast);
  }

  #arm(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button";
    close.setAttribute("aria-label", this.dataset.close);
    close.textContent = "✕";
    close.addEventListener("click", () => this.#remove(toast));
    toast.append(close);
    if (toast.matches(".warning, .error")) return;
    let timer = setTimeout(() => this.#remove(toast), SHOWN_MS);
    const hold = () => clearTimeout(timer);
    const go = () => {
      hold();
      timer = setTimeout(() => this.#remove(toast), SHOWN_MS);
    };
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, go);
  }

  #remove(toast) {
    toast.remove();
    if (!this.querySelector(".toast")) this.remove();
  }
}

customElements.define("toast-list", ToastList);
