// What is wider than the screen inside a text (code, tables) can be reached and scrolled by keyboard. Newer browsers do
// this by themselves.
const mark = () => {
  for (const part of document.querySelectorAll(".prose pre, .prose table"))
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
};

mark();
addEventListener("resize", mark);
