// The theme changes at once; the same link without JavaScript sets the cookie and comes back.
const YEAR_SECONDS = 365 * 24 * 3600;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-theme-choice]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const choice = link.dataset.themeChoice;
  const automatic = choice === "auto";
  const [prefix, secure] = location.protocol === "https:" ? ["__Host-", "; Secure"] : ["", ""];
  const kept = automatic ? "=; Max-Age=0" : `=${choice}; Max-Age=${YEAR_SECONDS}`;
  document.cookie = `${prefix}theme${kept}; Path=/; SameSite=Lax${secure}`;
  if (automatic) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const other of document.querySelectorAll("a[data-theme-choice]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
});
