// Adds to pages that work without it. Each module keeps to one thing.
import "./confirm-leave.js";
import "./dialogs.js";
import "./live-progress.js";
import "./menus.js";
import "./now-next.js";
import "./print-all.js";
import "./scrollers.js";
import "./theme.js";
import "./toasts.js";
