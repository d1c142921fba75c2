(() => {
  "use strict";
  const config = JSON.parse(document.body.dataset.config);
  const one = (selector) => document.querySelector(selector);
  const form = one("#levers");
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-"); // tells this page from others that are open
  const moves = {}; // positions of what was moved, by key; kept while another policy is looked at
  const written = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
  const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 8 });
  let asking; // aborts the question that is open
  let drawn = {};

  const position = () => ({
    policy: form.policy.value,
    case: form.case.value,
    readings: form.demand.value ? { demand: form.demand.value } : {},
    moves,
  });

  const said = ({ factor, last, unit, when }, at) =>
    factor === "1" ? `×${written.format(at)}: ${written.format(last * at)} ${unit}${when}` : `${exact.format(at)} ${unit}`;

  // What a lever shows: its words, its slider and its number.
  const show = (lever, at, moving) => {
    const text = said(lever.dataset, at);
    const [slider, number] = lever.querySelectorAll("input");
    lever.querySelector("output").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    if (slider !== moving) slider.value = at;
    if (number !== moving) number.value = Number(at.toPrecision(8));
    lever.classList.toggle("moved", lever.dataset.key in moves);
  };

  const showAll = () => {
    for (const lever of document.querySelectorAll(".lever")) {
      show(lever, moves[lever.dataset.key] ?? Number(lever.dataset.base));
    }
  };

  const fitted = (width) => ({ ...config, legend: { ...config.legend, columns: Math.max(2, Math.floor(width / 140)) } });

  const draw = async () => {
    for (const name of ["gap", "supply"]) {
      const figure = one(`#${name}`);
      figure.hidden = !drawn[name];
      if (!drawn[name]) continue;
      const chart = figure.querySelector(".chart");
      const { spec, rows } = drawn[name];
      const width = chart.clientWidth;
      await vegaEmbed(
        chart,
        { ...spec, width, config: fitted(width), datasets: { rows } },
        { actions: false, renderer: "svg", ast: true, mode: "vega-lite" },
      );
    }
  };

  const trouble = (problems) => {
    const place = one("#trouble");
    place.hidden = !problems.length;
    place.textContent = problems.join("\n");
  };

  // One question to the server; null where a later one has taken its place or it was refused.
  const ask = async (path, signal, more = {}) => {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ page, position: position(), ...more }),
      signal,
    });
    if (answer.status === 409) return null;
    const kind = answer.headers.get("content-type") ?? "";
    const told = kind.includes("json") ? await answer.json() : { problems: [(await answer.text()).trim()] };
    if (answer.ok) return told;
    trouble(told.problems);
    return null;
  };

  // Ask and show, with a sign that counts the seconds; a later question ends this one.
  const asked = async (question) => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const began = performance.now();
    const tell = () => {
      const seconds = (performance.now() - began) / 1000;
      one("#doing").textContent = `solving ${form.policy.value}${seconds < 1 ? "" : `, ${seconds.toFixed(0)} s`}`;
    };
    let told = "not solved; figures and tables show the previous result";
    document.body.setAttribute("aria-busy", "true");
    document.body.dataset.ready = "";
    tell();
    const clock = setInterval(tell, 250);
    try {
      trouble([]);
      const found = await question(mine.signal);
      if (found && asking === mine) {
        one("#sentence").textContent = found.sentence;
        const open = one("#answer details")?.open;
        one("#answer").innerHTML = found.html;
        if (open && one("#answer details")) one("#answer details").open = true;
        drawn = found.figures;
        await draw();
        told = found.proof;
      }
    } catch (error) {
      if (error.name !== "AbortError") trouble(["The server does not respond. Is powergap serve still running?"]);
    } finally {
      clearInterval(clock);
      if (asking === mine) {
        document.body.setAttribute("aria-busy", "false");
        document.body.dataset.ready = "yes";
        one("#doing").textContent = told;
      }
    }
  };

  let waiting;
  const solve = (pause = 0) => {
    clearTimeout(waiting);
    one("#saved").textContent = "";
    document.body.dataset.ready = "";
    waiting = setTimeout(() => asked((signal) => ask("/solve", signal)), pause);
  };

  // Another policy, case or reading has other levers, or the same ones standing elsewhere.
  const change = () =>
    asked(async (signal) => {
      const found = await ask("/levers", signal);
      if (!found) return null;
      one("#groups").innerHTML = found.html;
      showAll();
      return ask("/solve", signal);
    });

  form.addEventListener("input", (event) => {
    const lever = event.target.closest(".lever");
    if (!lever || event.target.value === "") return;
    moves[lever.dataset.key] = Number(event.target.value);
    show(lever, moves[lever.dataset.key], event.target);
    solve(120);
  });
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") change();
  });
  form.addEventListener("click", (event) => {
    const lever = event.target.closest(".back")?.closest(".lever");
    if (!lever) return;
    delete moves[lever.dataset.key];
    showAll();
    lever.querySelector("input").focus();
    solve();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  one("#reset").addEventListener("click", () => {
    for (const key of Object.keys(moves)) delete moves[key];
    form.demand.value = "";
    change();
  });
  one("#save").addEventListener("submit", (event) => {
    event.preventDefault();
    asked(async (signal) => {
      const found = await ask("/save", signal, { name: one("#save").name.value });
      if (found) one("#saved").textContent = `Saved as ${found.saved.file} and solved. To solve it again: ${found.saved.command}`;
      return found;
    });
  });

  let width = window.innerWidth;
  let resizing;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(resizing);
    resizing = setTimeout(draw, 150);
  });
  showAll();
  solve();
})();
