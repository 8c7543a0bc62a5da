// The keys of the week's page. All that they do, its forms do without this file.
"use strict";
{
  const candidates = [...document.querySelectorAll(".candidate")];
  const told = document.getElementById("told");
  const undone = [];
  const here = () => candidates.indexOf(document.activeElement.closest(".candidate"));

  const go = (place) => {
    const there = candidates[Math.max(0, Math.min(place, candidates.length - 1))];
    if (there) {
      there.focus({ preventScroll: true });
      there.scrollIntoView({ block: "nearest" });
    }
  };

  const show = (form, answer) => {
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === answer.as));
    }
    const undo = form.querySelector("[value=undo]");
    undo.removeAttribute("aria-pressed");
    undo.hidden = !answer.as;
    const candidate = form.closest(".candidate");
    if (candidate) {
      candidate.querySelector(".state").textContent = answer.words;
    }
  };

  const send = async (form, word) => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("as", word);
    try {
      const reply = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
      const answer = await reply.json();
      if (!reply.ok) {
        throw new Error(answer.error);
      }
      show(form, answer);
      const title = form.closest(".candidate")?.querySelector("h2").textContent.trim();
      told.textContent = title ? `${title}: ${answer.words}` : answer.words;
      return true;
    } catch (error) {
      told.textContent = `That did not work: ${error.message}`;
      return false;
    }
  };

  const mark = async (candidate, word) => {
    if (await send(candidate.querySelector("form"), word)) {
      if (word !== "undo") {
        undone.push(candidate);
      }
      return true;
    }
    return false;
  };

  document.addEventListener("submit", (event) => {
    const word = event.submitter?.value;
    if (event.target.matches(".candidate form.marks") && word) {
      event.preventDefault();
      mark(event.target.closest(".candidate"), word);
    }
  });

  const words = { a: "A", b: "B", c: "context", d: "drop" };
  document.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select, textarea")) {
      return;
    }
    const place = here();
    if (event.key === "j" || event.key === "k") {
      go(place < 0 ? 0 : place + (event.key === "j" ? 1 : -1));
    } else if (event.key in words && place >= 0) {
      if (await mark(candidates[place], words[event.key])) {
        go(place + 1);
      }
    } else if (event.key === "u") {
      const last = undone.pop() ?? candidates[place];
      if (last && (await mark(last, "undo"))) {
        go(candidates.indexOf(last));
      }
    }
  });

  if (location.hash) {
    document.getElementById(location.hash.slice(1))?.focus({ preventScroll: false });
  }
}
