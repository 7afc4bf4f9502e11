// Folding and filtering. The page says everything without this.
(() => {
  "use strict";
  const tools = document.getElementById("tools");
  const scenarios = [...document.querySelectorAll("details.scenario")];
  if (!tools || scenarios.length === 0) return;
  const buttons = [...tools.querySelectorAll("[data-show]")];
  const search = tools.querySelector("input");
  const fold = document.getElementById("fold");
  const found = document.getElementById("found");
  const features = [...document.querySelectorAll("details.feature")];
  const words = new Map();
  const textOf = (scenario) => {
    if (!words.has(scenario)) {
      const feature = scenario.closest(".feature").querySelector("h3").textContent;
      words.set(scenario, `${feature} ${scenario.textContent}`.toLowerCase());
    }
    return words.get(scenario);
  };
  let shown = "";

  const apply = () => {
    const query = search.value.trim().toLowerCase();
    const narrowed = shown !== "" || query !== "";
    let count = 0;
    for (const scenario of scenarios) {
      const verdict = scenario.dataset.verdict;
      const wanted = shown === "" || verdict === shown || (shown === "planned" && verdict === "attention");
      const visible = wanted && (query === "" || query.split(/\s+/).every((word) => textOf(scenario).includes(word)));
      scenario.hidden = !visible;
      count += visible ? 1 : 0;
    }
    for (const feature of features) {
      const any = feature.querySelector("details.scenario:not([hidden])") !== null;
      feature.hidden = !any;
      if (any && narrowed) feature.open = true;
    }
    for (const chapter of document.querySelectorAll("section.chapter")) {
      chapter.hidden = chapter.querySelector("details.feature:not([hidden])") === null;
    }
    found.textContent = narrowed ? `${count} of ${scenarios.length} shown` : "";
  };

  const reveal = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      shown = "";
      search.value = "";
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === ""));
      apply();
    }
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      shown = button.dataset.show;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      apply();
    });
  }
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-pressed") !== "true";
    for (const each of [...features, ...scenarios]) each.open = open || (each.classList.contains("feature") && scenarios.length <= 150);
    fold.setAttribute("aria-pressed", String(open));
    fold.textContent = open ? "Fold all" : "Unfold all";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(input|textarea)$/i.test(event.target.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  window.addEventListener("hashchange", reveal);
  tools.hidden = false;
  reveal();
})();
