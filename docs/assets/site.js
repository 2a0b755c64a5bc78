/* The one script of the site: theme, search dialog, filters. Pages are whole without it. */
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  /* Light or dark: the system decides until the reader does. */
  const theme = $("#site-theme"), root = document.documentElement;
  theme.hidden = false;
  theme.onclick = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  };

  /* The language switch keeps the place on the page. */
  const language = $("#site-language");
  const follow = () => { language.hash = location.hash; };
  addEventListener("hashchange", follow);
  follow();

  /* Contents: the section being read. */
  const entries = new Map($$(".contents a").map(link => [decodeURIComponent(link.hash.slice(1)), link]));
  if (entries.size) {
    const headings = [...entries.keys()].map(id => document.getElementById(id)).filter(Boolean);
    const mark = () => {
      const now = headings.filter(heading => heading.getBoundingClientRect().top < 140).pop() || headings[0];
      entries.forEach((link, id) => now && id === now.id ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  }

  /* Filters of long lists: the list is there without them. */
  const fold = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f.\-\s]/g, "");
  $$("form.filter").forEach(form => {
    const lists = $$(form.dataset.filter), items = lists.flatMap(list => $$("li, tr", list));
    const input = $("input", form), selects = $$("select", form);
    /* A name is found in both orders and by its initials. */
    const forms = item => {
      const words = ($("a", item) || item).textContent.split(/[\s.]+/).filter(Boolean), first = words.map(word => word[0]);
      return [item.textContent, item.dataset.k || "", words.reverse().join(""), first.join(""), first.reverse().join("")].map(fold).join("|");
    };
    const text = new Map(items.map(item => [item, forms(item)]));
    const apply = () => {
      const query = fold(input.value), chosen = selects.filter(select => select.value);
      let shown = 0;
      items.forEach(item => {
        item.hidden = !(text.get(item).includes(query) && chosen.every(select => item.dataset[select.name].split(" ").includes(select.value)));
        shown += !item.hidden;
      });
      lists.forEach(list => {
        const heading = list.previousElementSibling;
        if (heading && heading.matches("h2, h3")) heading.hidden = !$("li:not([hidden])", list);
      });
      $("output", form).textContent = query || chosen.length ? shown : "";
    };
    form.hidden = false;
    form.oninput = apply;
    form.onsubmit = event => event.preventDefault();
  });

  /* Search: nothing is loaded before the dialog opens. */
  const dialog = $("#site-search"), opener = $("#site-open-search"), input = $("input", dialog), list = $("#site-results"), status = $(".search-status");
  const hint = status.textContent;
  let engine = null, active = -1, turn = 0;

  const open = async () => {
    dialog.showModal();
    input.select();
    if (!engine) {
      try {
        engine = await import(new URL(dialog.dataset.bundle, location.href));
        await engine.options({ ranking: { metaWeights: { title: 8, keys: 12 } } });
        await engine.init();
      } catch {
        engine = null;
        status.textContent = dialog.dataset.failed;
      }
    }
    if (input.value) search();
  };
  const choose = index => {
    const options = $$("[role=option]", list);
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === active));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  /* The index shortens a word that it does not know; what then has nothing to do with the query is not a result. */
  const close = (query, page) => {
    const text = fold(page.meta.title + (page.meta.keys || "") + (page.excerpt.match(/<mark>.*?<\/mark>/g) || []).join(""));
    return query.split(/\s+/).some(word => text.includes(fold(word).slice(0, /[a-z]/i.test(word) ? 3 : 1)));
  };
  const search = async () => {
    const mine = ++turn, query = input.value.trim();
    if (!query || !engine) {
      list.replaceChildren();
      status.textContent = engine ? hint : status.textContent;
      return;
    }
    const found = await engine.debouncedSearch(query, {}, 120);
    if (!found || mine !== turn) return;
    let top = await Promise.all(found.results.slice(0, 12).map(result => result.data()));
    if (mine !== turn) return;
    if (!top.some(page => close(query, page))) top = [];
    list.replaceChildren(...top.map((page, index) => {
      const item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span"), excerpt = document.createElement("p");
      item.id = "option-" + index;
      item.setAttribute("role", "option");
      link.href = page.url;
      link.tabIndex = -1;
      link.textContent = page.meta.title;
      kind.textContent = page.meta.kind || "";
      excerpt.innerHTML = page.excerpt;
      item.append(link, kind, excerpt);
      item.onclick = () => { location.href = link.href; };
      return item;
    }));
    status.textContent = top.length ? dialog.dataset.found.replace("{}", found.results.length) : dialog.dataset.none;
    choose(0);
  };

  opener.hidden = false;
  opener.onclick = open;
  input.oninput = search;
  dialog.onclick = event => { if (event.target === dialog) dialog.close(); };
  dialog.onkeydown = event => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      const option = $$("[role=option]", list)[active];
      if (option) location.href = $("a", option).href;
    }
  };
  addEventListener("keydown", event => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (!dialog.open && !typing && event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
})();
