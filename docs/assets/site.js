/* The one script of every page: theme, contents, filters, notes in place, both languages, search. Pages are whole without it. */
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  /* Light or dark: the system decides until the reader does. */
  const theme = $("#site-theme"), root = document.documentElement;
  theme.onclick = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  };

  /* The language switch keeps the place on the page, the filter and the states of figures. */
  const language = $("#site-language");
  const follow = () => { language.search = location.search; language.hash = location.hash; };
  for (const reached of ["pointerenter", "focus", "click"]) language.addEventListener(reached, follow);

  /* What lies above a place may take another height once it is laid out: the place is sought again until it stays or the reader moves on. */
  const place = () => location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const settle = () => {
    const top = () => place().getBoundingClientRect().top;
    let left = 60, calm = 0, seen;
    const again = () => {
      if (left-- <= 0 || calm > 4 || !place()) return;
      calm = Math.abs(top() - seen) < 1 ? calm + 1 : 0;
      place().scrollIntoView();
      seen = top();
      requestAnimationFrame(again);
    };
    for (const move of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(move, () => { left = 0; }, { once: true, passive: true });
    again();
  };
  addEventListener("load", () => { if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") settle(); });
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href*='#']");
    if (link && link.pathname === location.pathname && link.search === location.search) setTimeout(() => { if (!event.defaultPrevented) settle(); });
  });

  /* Contents: open where there is room beside the text, else a line that opens and closes again; the section being read. */
  const contents = $(".contents details"), beside = matchMedia("(min-width: 79rem)");
  if (contents) {
    const fit = () => { contents.open = beside.matches; };
    beside.addEventListener("change", fit);
    contents.onclick = event => { if (event.target.closest("a")) fit(); };
    fit();
  }
  const entries = new Map($$(".contents a").map(link => [decodeURIComponent(link.hash.slice(1)), link]));
  if (entries.size) {
    const headings = [...entries.keys()].map(id => document.getElementById(id)).filter(Boolean);
    const mark = () => {
      const now = headings.filter(heading => heading.getBoundingClientRect().top < 140).pop() || headings[0];
      entries.forEach((link, id) => now && id === now.id ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
    };
    const line = new IntersectionObserver(mark, { rootMargin: "-140px 0px 999999px" });
    headings.forEach(heading => line.observe(heading));
  }

  /* Filters of long lists: the list is there without them. What is chosen stands in the address. */
  const fold = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f.\-\s]/g, "");
  $$("form.filter").forEach(form => {
    const fields = $$("input, select", form), [input, ...selects] = fields, asked = new URLSearchParams(location.search);
    /* A name is found in both orders and by its initials. */
    const forms = item => {
      const words = ($("a", item) || item).textContent.split(/[\s.]+/).filter(Boolean), first = words.map(word => word[0]);
      return [item.textContent, item.dataset.k || "", words.reverse().join(""), first.join(""), first.reverse().join("")].map(fold).join("|");
    };
    let lists, items, headings;
    const months = $$(".calendar td a");
    const read = () => {
      lists = $$(form.dataset.filter);
      items = new Map(lists.flatMap(list => [...list.children]).map(item => [item, forms(item)]));
      headings = [...new Set(lists.map(list => list.parentElement))].flatMap(parent => $$(":scope > :is(h2, h3)", parent));
    };
    /* A heading goes when every list below it, up to the next of its rank, is empty. */
    const empty = heading => {
      let below = heading.nextElementSibling, shown = 0, seen = 0;
      for (; below && !(/^H[23]$/.test(below.tagName) && below.tagName <= heading.tagName); below = below.nextElementSibling)
        if (lists.includes(below)) { seen++; shown += [...below.children].filter(item => !item.hidden).length; }
      return seen && !shown;
    };
    const apply = () => {
      if (!items) read();
      lists.forEach(list => { if (list.closest("details")) list.closest("details").open = true; });
      const words = input.value.split(/\s+/).map(fold).filter(Boolean), chosen = selects.filter(select => select.value);
      let shown = 0;
      items.forEach((text, item) => {
        item.hidden = !(words.every(word => text.includes(word)) && chosen.every(select => item.dataset[select.name].split(" ").includes(select.value)));
        shown += !item.hidden;
      });
      headings.forEach(heading => { heading.hidden = empty(heading); });
      months.forEach(link => { link.hidden = document.getElementById(link.hash.slice(1)).hidden; });
      const filtered = words.length || chosen.length, said = $("output", form);
      said.textContent = !filtered ? "" : shown ? said.dataset.some.replace("{}", shown) : said.dataset.none;
      $("[type=reset]", form).hidden = !filtered;
    };
    form.oninput = () => {
      apply();
      const address = new URL(location.href);
      fields.forEach(field => field.value ? address.searchParams.set(field.name, field.value) : address.searchParams.delete(field.name));
      history.replaceState(null, "", address);
    };
    form.onreset = () => setTimeout(form.oninput);
    form.onsubmit = event => event.preventDefault();
    fields.forEach(field => {
      field.value = asked.get(field.name) || "";
      if (field.selectedIndex < 0) field.value = "";
    });
    if (fields.some(field => field.value)) apply();
    if (place() && place().closest("[hidden]")) form.reset();
  });

  /* A note, a number or a term says in place what stands behind it: on hover, on focus, on tap. */
  const tip = document.createElement("div"), noted = ".md-typeset :is(sup.cite a, a.fact, a.term)";
  tip.id = "site-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  $("article").append(tip);
  let owner = null, leaving = 0;
  const say = link => {
    const notes = link.matches("sup a") ? [link] : link.matches(".fact") && link.nextElementSibling && link.nextElementSibling.matches("sup.cite") ? $$("a", link.nextElementSibling) : [];
    const parts = notes.map(note => document.getElementById(note.hash.slice(1))).filter(Boolean).map(note => {
      const part = document.createElement("p");
      part.append(...[...note.childNodes].map(node => node.cloneNode(true)));
      return part;
    });
    const title = link.dataset.title || link.title;
    if (title) {
      const first = document.createElement("p");
      link.dataset.title = title;
      link.removeAttribute("title");
      first.textContent = title;
      parts.unshift(first);
    }
    return parts;
  };
  const show = (link, parts) => {
    clearTimeout(leaving);
    if (!parts.length) return;
    if (owner) owner.removeAttribute("aria-describedby");
    owner = link;
    tip.replaceChildren(...parts);
    tip.hidden = false;
    link.setAttribute("aria-describedby", tip.id);
    const at = link.getBoundingClientRect(), frame = tip.offsetParent.getBoundingClientRect();
    tip.style.left = Math.max(0, Math.min(at.left - frame.left, frame.width - tip.offsetWidth)) + "px";
    tip.style.top = (at.bottom + tip.offsetHeight + 12 < innerHeight ? at.bottom + 6 : at.top - tip.offsetHeight - 6) - frame.top + "px";
  };
  const hide = () => {
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };
  const later = (wait = 250) => { clearTimeout(leaving); leaving = setTimeout(hide, wait); };
  const over = event => event.target.closest && event.target.closest(noted);
  let touched = false, opened = null;
  addEventListener("pointerdown", event => { touched = event.pointerType === "touch"; opened = tip.hidden ? null : owner; }, true);
  document.addEventListener("mouseover", event => {
    const link = over(event);
    if (link && !touched) show(link, say(link));
    else if (tip.contains(event.target)) clearTimeout(leaving);
    else if (owner && document.activeElement !== owner) later();
  });
  document.addEventListener("focusin", event => {
    const link = over(event);
    if (link) show(link, say(link));
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("keydown", event => { if (event.key === "Escape") hide(); });

  /* The first tap opens the note, the second follows the link; a permanent link is copied as it is followed. */
  const tell = (beside, words) => {
    const said = document.createElement("p");
    said.textContent = words;
    show(beside, [said]);
    later(2000);
  };
  const copy = async (words, button) => {
    const { copied, selected } = tip.parentElement.dataset;
    try {
      await navigator.clipboard.writeText(words);
      tell(button, copied);
    } catch {
      if (!button.matches("button")) return;
      getSelection().selectAllChildren($("code", button.parentElement));
      tell(button, selected);
    }
  };
  document.addEventListener("click", event => {
    const link = over(event), permanent = event.target.closest("a:is(.headerlink, .self, .when, .permalink)"), button = event.target.closest("button.copy");
    if (link && touched) {
      const parts = opened === link ? [] : say(link);
      if (!parts.length) return hide();
      show(link, parts);
      event.preventDefault();
    } else if (button) copy($("code", button.parentElement).textContent, button);
    else if (permanent) copy(permanent.href, permanent);
    else if (!tip.contains(event.target)) hide();
  });

  /* Both languages side by side: the other page is fetched and each of its paragraphs set beside ours. */
  const both = $("#site-both");
  const wrap = (own, other) => {
    if (/^(UL|OL|DL)$/.test(own.tagName) && own.children.length === other.children.length)
      return [...own.children].forEach((child, index) => wrap(child, other.children[index]));
    const frame = document.createElement("div"), [left, right] = [0, 1].map(() => frame.appendChild(document.createElement("div")));
    frame.className = "pair";
    right.lang = other.ownerDocument.documentElement.lang;
    if (/^H[23]$/.test(own.tagName) || /^(LI|DIV)$/.test(own.tagName) && own.parentElement.matches("ul, ol, dl")) {
      left.append(...own.childNodes);
      right.append(...other.childNodes);
      own.append(frame);
    } else {
      own.before(frame);
      left.append(own);
      right.append(other);
    }
  };
  /* The blocks of a page below each of its headings; what says the same in both languages is left out. */
  const sections = page => {
    const found = new Map();
    let id = "top";
    for (const block of $("article", page).children) {
      const heading = block.matches("[id]:is(h1, h2, h3)") ? block : $("h1[id]", block);
      if (heading) found.set(id = heading.id, []);
      if (!block.matches("nav, form, figure, script, table, .wide, .card, .notes, .cite-page, .page-tools, #site-tip, div[hidden]")) (found.get(id) || found.set(id, []).get(id)).push(block);
    }
    return found;
  };
  const pair = async () => {
    const address = language.href.split(/[?#]/)[0], answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const other = sections(page);
    sections(document).forEach((blocks, id) => {
      const theirs = other.get(id) || [];
      const ours = blocks.slice(0, theirs.length);
      if (ours.every((block, index) => block.tagName === theirs[index].tagName)) ours.forEach((block, index) => wrap(block, theirs[index]));
    });
    $$(".pair > :last-child").forEach(column => {
      $$("[id]", column).forEach(element => element.removeAttribute("id"));
      $$("a[href]", column).forEach(link => { link.href = new URL(link.getAttribute("href"), address); });
      $$(".headerlink", column).forEach(link => link.remove());
    });
    root.classList.add("both");
    both.setAttribute("aria-pressed", "true");
  };
  const keep = on => {
    const address = new URL(location.href);
    on ? address.searchParams.set("both", "1") : address.searchParams.delete("both");
    history.replaceState(null, "", address);
  };
  const pairUp = async () => {
    both.disabled = true;
    try {
      await pair();
      keep(true);
      settle();
    } catch {
      tell(both, both.dataset.failed);
      keep(false);
    }
    both.disabled = false;
  };
  if (both) {
    both.onclick = () => {
      if (!root.classList.contains("both")) return pairUp();
      keep(false);
      location.reload();
    };
    if (new URLSearchParams(location.search).has("both")) pairUp();
  }

  /* Search: nothing is loaded before the dialog opens. */
  const dialog = $("#site-search"), opener = $("#site-open-search");
  const open = async () => {
    dialog.showModal();
    $("input", dialog).select();
    try { await (await import(new URL(dialog.dataset.script, location.href))).begin(dialog); } catch { $(".search-status", dialog).textContent = dialog.dataset.failed; }
  };
  $("input", dialog).addEventListener("keydown", event => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
  opener.hidden = false;
  opener.onclick = open;
  dialog.onclick = event => { if (event.target === dialog) dialog.close(); };
  addEventListener("keydown", event => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (!dialog.open && !typing && event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });
})();
