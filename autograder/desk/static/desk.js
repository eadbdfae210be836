// Keys for everything. What is pressed while the desk is still answering waits for its turn, so that fast
// typing is applied key by key, each to the page that it was meant for.
"use strict";

const waiting = [];
let busy = 0;

function nameOf(event) {
  const digit = /^Digit([1-9])$/.exec(event.code);
  return event.shiftKey && digit ? `Shift+${digit[1]}` : event.key;
}

function elementFor(key) {
  return document.querySelector(`[data-key~="${CSS.escape(key)}"]`);
}

function press(key) {
  const element = elementFor(key);
  if (!element) return;
  if (element.matches("textarea, input[type=text]")) {
    element.focus();
    element.setSelectionRange(element.matches("textarea") ? element.value.length : 0, element.value.length);
  } else {
    element.click();
    if (element.matches("summary")) element.parentElement.scrollIntoView({ block: "nearest" });
  }
}

function go() {
  while (!busy && waiting.length) press(waiting.shift());
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const at = event.target;
  const writing = at.matches("textarea, input[type=text]");
  if (writing && (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || at.matches("input"))))) {
    event.preventDefault();
    at.blur(); // which saves it
    if (event.key === "Enter" && event.ctrlKey) {
      waiting.push("Enter");
      go();
    }
    return;
  }
  if (writing || event.ctrlKey || document.querySelector("dialog[open]")) return;
  const key = nameOf(event);
  if (key !== "?" && !document.getElementById("single").checked) return;
  if (key === "Enter" && at.matches("a, button, summary")) return; // these do what they say
  if (event.repeat && !key.startsWith("Arrow")) return;
  if (!busy && !waiting.length && !elementFor(key)) return; // the page that it is meant for may be still to come
  event.preventDefault();
  waiting.push(key);
  go();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#keys")) document.getElementById("help").showModal();
});

function tell(sentence) {
  const alert = document.getElementById("alert");
  if (alert.textContent !== sentence) alert.textContent = sentence;
}

document.addEventListener("htmx:beforeRequest", () => {
  busy += 1;
});
document.addEventListener("htmx:afterRequest", (event) => {
  busy -= 1;
  const { status } = event.detail.xhr; // 0 where nobody answered, 409 where somebody was here first
  if (status < 200 || status >= 400) waiting.length = 0; // what was typed after it relied on it
  if ((status >= 200 && status < 400) || status === 409) tell("");
  setTimeout(go, 0);
});
document.addEventListener("htmx:sendError", () => {
  tell("The desk does not answer: has it been stopped? Your last change was not saved.");
});
document.addEventListener("htmx:responseError", (event) => {
  tell(`Not saved: ${event.detail.xhr.responseText.slice(0, 200)}`);
});

let open = [];
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("#desk details[open]")].map((details) => details.id);
});
document.addEventListener("htmx:afterSettle", (event) => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (event.detail.requestConfig?.verb === "get") {
    window.scrollTo(0, 0);
    document.getElementById("title").focus({ preventScroll: true });
  }
});

const single = document.getElementById("single");
single.checked = localStorage.getItem("single-keys") !== "off";
single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
