// A printed course has all its weeks, also those that are folded on the screen.
let opened = [];

window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.section:not([open])")];
  for (const section of opened) section.open = true;
});

window.addEventListener("afterprint", () => {
  for (const section of opened) section.open = false;
  opened = [];
});
