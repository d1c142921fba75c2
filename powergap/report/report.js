(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const narrowest = 170; // of a panel, in pixels
  const formats = [0, 1, 3].map((digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits }));
  const shown = { case: data.case, policy: data.policy, against: data.against, compared: new Set(data.policies) };

  const rowsOf = (exhibit) => {
    const names = Object.keys(exhibit.data);
    const columns = names.map((name) => {
      const column = exhibit.data[name];
      return Array.isArray(column) ? column : column.codes.map((code) => column.values[code]);
    });
    return columns[0].map((_, row) => Object.fromEntries(names.map((name, at) => [name, columns[at][row]])));
  };
  const exhibits = new Map(data.exhibits.map((exhibit) => [exhibit.name, { ...exhibit, rows: rowsOf(exhibit) }]));

  // Figures of one policy with those of another; the two have the same ones, or none where a policy has no plan.
  const beside = (exhibit) => {
    const of = (policy) => exhibit.rows.filter((row) => row.case === shown.case && row.policy === policy);
    const others = new Map(of(shown.against).map((row) => [`${row.what} ${row.year}`, row.value]));
    return of(shown.policy)
      .map((row) => ({ ...row, against: others.get(`${row.what} ${row.year}`) ?? null }))
      .filter((row) => row.value || row.against)
      .map((row) => ({ ...row, change: row.against === null ? null : row.value - row.against }));
  };

  const chosen = (exhibit) =>
    exhibit.is_beside
      ? beside(exhibit)
      : exhibit.rows.filter(
          (row) =>
            row.case === shown.case &&
            (exhibit.of_one_policy ? row.policy === shown.policy : shown.compared.has(row.policy)),
        );

  // Legends break to the width too.
  const config = (width) => ({
    ...data.config,
    legend: { ...data.config.legend, columns: Math.max(2, Math.floor(width / 140)) },
  });

  // A chart as wide as its place and as high as its bars; panels go below each other where they would be too narrow.
  const fitted = (spec, rows, width) => {
    if (spec.facet) {
      const columns = Math.max(1, Math.min(spec.columns, Math.floor(width / narrowest)));
      const panel = Math.floor((width - 55) / columns) - 22;
      return { ...spec, columns, spec: { ...spec.spec, width: panel } };
    }
    if (!spec.height.step) return { ...spec, width };
    const { field } = (spec.encoding ?? spec.layer[0].encoding).y;
    return { ...spec, width, height: spec.height.step * new Set(rows.map((row) => row[field])).size };
  };

  const number = (value) => formats[Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 2].format(value);

  // A year as a year, a figure with its separators, everything else as text.
  const cell = (name, value) => {
    if (value === null || value === undefined || value === "") return "";
    if (typeof value !== "number" || name.endsWith("year")) return String(value);
    return name === "change" && value > 0 && number(value) !== "0" ? `+${number(value)}` : number(value);
  };

  const isNumber = (exhibit, name) => Array.isArray(exhibit.data[name]) || name === "against" || name === "change";

  const table = (exhibit, rows) => {
    const made = document.createElement("table");
    made.createCaption().textContent = `${exhibit.title}: ${said(exhibit)}`;
    const head = made.createTHead().insertRow();
    for (const [name, title] of exhibit.columns) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = (exhibit.is_beside && { value: shown.policy, against: shown.against }[name]) || title;
      if (isNumber(exhibit, name)) th.className = "number";
      head.append(th);
    }
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const [name] of exhibit.columns) {
        const td = line.insertCell();
        td.textContent = cell(name, row[name]);
        if (isNumber(exhibit, name)) td.className = "number";
      }
    }
    return made;
  };

  const said = (exhibit) =>
    [
      ...(exhibit.of_one_policy ? [shown.policy] : []),
      ...(exhibit.is_beside ? [`compared with ${shown.against}`] : []),
      `case ${shown.case}`,
    ].join(", ");

  const note = (text) => {
    const paragraph = document.createElement("p");
    paragraph.className = "note";
    paragraph.textContent = text;
    return paragraph;
  };

  const draw = async (figure) => {
    const exhibit = exhibits.get(figure.dataset.exhibit);
    const rows = chosen(exhibit);
    const chart = figure.querySelector(".chart");
    figure.querySelector(".of").textContent = said(exhibit);
    figure.querySelector(".table").replaceChildren(
      rows.length ? table(exhibit, rows) : note(`Nothing to show: ${exhibit.without}.`),
    );
    if (!chart) return;
    figure.dataset.drawn = "";
    if (!rows.length) {
      chart.replaceChildren(note(`Nothing to show for ${said(exhibit)}.`));
    } else {
      const width = chart.clientWidth;
      const spec = { ...fitted(exhibit.spec, rows, width), config: config(width), datasets: { rows } };
      await vegaEmbed(chart, spec, { actions: false, renderer: "svg", ast: true, mode: "vega-lite" });
    }
    figure.dataset.drawn = "yes";
  };

  const figures = [...document.querySelectorAll("figure[data-exhibit]")];
  let last = Promise.resolve();
  const redraw = (which = () => true) => {
    last = last.then(async () => {
      for (const figure of figures) if (which(exhibits.get(figure.dataset.exhibit))) await draw(figure);
      document.body.dataset.ready = "yes";
    });
  };
  const tell = (text) => {
    document.getElementById("said").textContent = text;
  };

  for (const input of document.querySelectorAll("input[name=case]")) {
    input.addEventListener("change", () => {
      shown.case = input.value;
      tell(`Case ${shown.case} is shown`);
      redraw();
    });
  }
  document.getElementById("policy").addEventListener("change", (event) => {
    shown.policy = event.target.value;
    tell(`Policy ${shown.policy} is shown in detail`);
    redraw((exhibit) => exhibit.of_one_policy);
  });
  document.getElementById("against")?.addEventListener("change", (event) => {
    shown.against = event.target.value;
    tell(`${shown.policy} is compared with ${shown.against}`);
    redraw((exhibit) => exhibit.is_beside);
  });
  for (const input of document.querySelectorAll("#compared input")) {
    input.addEventListener("change", () => {
      input.checked ? shown.compared.add(input.value) : shown.compared.delete(input.value);
      tell(`${shown.compared.size} of ${data.policies.length} policies are compared`);
      redraw((exhibit) => !exhibit.of_one_policy);
    });
  }

  let width = window.innerWidth;
  let waiting;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width || window.matchMedia("print").matches) return;
    width = window.innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(redraw, 150);
  });
  redraw();
})();
