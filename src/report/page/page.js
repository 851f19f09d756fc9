"use strict";
(() => {
  // The figure of a cell: the exact one where it has it, its number otherwise, else its text.
  const value = (cell) => {
    const text = (cell.title || cell.querySelector("summary")?.textContent || cell.textContent).trim();
    const number = /^-?[\d.]+(e[-+]?\d+)?(\/\d+)?$/.test(text) ? parseFloat(text) : NaN;
    return { text, number, blank: text === "" || text === "—" };
  };
  // What is blank comes last, whichever way.
  const compare = (a, b, way) => {
    if (a.blank || b.blank) return a.blank - b.blank;
    const both = !Number.isNaN(a.number) && !Number.isNaN(b.number);
    return way * (both ? a.number - b.number : a.text.localeCompare(b.text, document.documentElement.lang));
  };
  const sortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [value(row.cells[place]), row]);
        rows.sort(([a], [b]) => compare(a, b, way));
        body.append(...rows.map(([, row]) => row));
      });
    });
  };
  const filtered = (form, table) => {
    const find = form.querySelector("input");
    const which = form.querySelector("select");
    const told = form.querySelector("output");
    const apply = () => {
      const wanted = find.value.trim().toLowerCase();
      let shown = 0;
      for (const row of table.tBodies[0].rows) {
        const text = (row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase();
        const verdict = !which || !which.value || row.dataset.verdict === which.value;
        row.hidden = !(verdict && text.includes(wanted));
        shown += row.hidden ? 0 : 1;
      }
      told.textContent = shown + " / " + table.tBodies[0].rows.length;
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.hidden = false;
    apply();
  };
  for (const section of document.querySelectorAll(".sortable")) {
    const table = section.querySelector("table");
    sortable(table);
    filtered(section.querySelector("form"), table);
  }
  // A finger cannot hover: a dot or cell that is tapped says below the picture what it is.
  document.addEventListener("click", (event) => {
    const title = event.target.closest("svg g, svg circle, svg path")?.querySelector("title");
    const figure = event.target.closest("figure");
    if (!title || !figure) return;
    let said = figure.querySelector(".said");
    if (!said) {
      said = document.createElement("p");
      said.className = "said";
      said.setAttribute("aria-live", "polite");
      figure.querySelector("svg").after(said);
    }
    said.textContent = title.textContent;
  });
  // A link to what is closed opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
  // Paper cannot be opened.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.print:not([open]), details.tile:not([open])")];
    opened.forEach((details) => (details.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
})();
