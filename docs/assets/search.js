/* The search, loaded when its dialog opens: an index of all that has a name answers; Pagefind reads the full texts when asked. */

/* A number is one however it is written: $5.576M, 5.576 million, 557.6 万 and 五百五十七万六千 are 5576000. */
const DIGITS = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twenty: 20, thirty: 30, forty: 40, fifty: 50,
  sixty: 60, seventy: 70, eighty: 80, ninety: 90, 零: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
const TIMES = { hundred: 100, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12, k: 1e3, m: 1e6, b: 1e9, t: 1e12, 十: 10, 百: 100, 千: 1e3, 万: 1e4, 亿: 1e8 };
const NUMBER = RegExp(`(?<![a-z\\d.])(?:\\d+(?:\\.\\d+)?|${Object.keys(DIGITS).join("|")})[ -]?(?:(?:hundred|thousand|[mbtr]+illion|[kmbt])(?![a-z\\d])|[十百千万亿][零一二两三四五六七八九十百千万亿]*)`, "g");
const value = written => {
  let all = 0, below = 0, digit = 0;
  for (const part of written.match(/[\d.]+|[a-z]+|[一-鿿]/g)) {
    const times = TIMES[part];
    if (!times) digit = DIGITS[part] ?? +part;
    else if ("万亿".includes(part)) [all, below, digit] = [(all + below + digit) * times, 0, 0];
    else [below, digit] = [below + digit * times || times, 0];
  }
  return String(+(all + below + digit).toPrecision(12));
};

/** find(query): lines of the index, best first; a line is [kind, address, title, names, text, more]. asked(query): its words without the question. */
export const engine = ({ han, same, stop, yes, weights, lines }) => {
  const simple = new Map(han.match(/../gu).map(pair => [...pair]));
  /* One way of writing: lower case, Simplified, no accents, no dots of initials, no commas of thousands, numbers in full. */
  const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[一-鿿]/g, char => simple.get(char) || char)
    .replace(/(?<=\d),(?=\d)|\.(?!\d)|(?<=\d) (?=[年月日%])/g, "").replace(NUMBER, value);
  const stops = RegExp(stop, "g"), doubt = RegExp(yes), unasked = folded => folded.replace(stops, " ").trim(), asked = query => unasked(fold(query));
  const squeeze = text => text.replace(/[^\p{L}\p{N}.%]/gu, "");
  /* Latin words without endings, numbers with their unit, Chinese in pairs of characters between 的; two Latin words also as one. */
  const words = text => (text.match(/[a-z0-9]+(?:\.\d[a-z0-9]*)*[年月日%]?|(?:(?!的)[一-鿿])+/g) || []).flatMap(run =>
    /^\w/.test(run) ? run.replace(/(?<=[a-z]{3})(?:ing|ed|es|s|e)$/, "") : run.length < 2 ? run : [...run.slice(1)].map((char, i) => run[i] + char));
  const joined = list => list.slice(1).flatMap((word, i) => /^\w/.test(word) && /^\w/.test(list[i]) ? list[i] + word : []);

  /* Where each word stands and what it says there: in a name or in the text. A number says much anywhere. `proper` are words that alone
     name a work, an idea or a person. */
  const index = new Map(), proper = new Set();
  const put = (line, list, weight) => list.forEach(word => {
    const at = index.get(word) || index.set(word, new Map()).get(word);
    at.set(line, Math.max(at.get(line) || 0, /\d\d\d|\d\.\d|%/.test(word) ? 1 : weight));
  });
  const names = lines.map(([kind, , title, others, text, more], line) => {
    put(line, words(fold(`${text} ${more}`)), .6);
    return [title, ...others.split("\n")].filter(Boolean).map(name => {
      const folded = fold(name), list = words(folded);
      put(line, list, 1);
      put(line, joined(list), .8);
      if (list.length === 1 && weights[kind] > 1) proper.add(list[0]);
      return [squeeze(folded), [...new Set(words(unasked(folded)))]];
    });
  });
  /* What a word says: the fewer lines have it, the more, a stranger most; a number twice as much as a word. */
  const worths = new Map([...index].map(([word, at]) => [word, Math.log(1 + lines.length / at.size) * (/^\d{3}|^\d+\.|%/.test(word) ? 2 : 1)]));
  const rarity = word => worths.get(word) ?? Math.log(1 + lines.length);
  const groups = same.map(group => words(fold(group))), vocabulary = [...index.keys()];

  /* Equal but for one letter. */
  const near = (a, b) => {
    const most = Math.max(a.length, b.length);
    let i = 0, j = 0;
    while (i < most && a[i] === b[i]) i++;
    while (j < most - i && a.at(-1 - j) === b.at(-1 - j)) j++;
    return most - i - j < 2 && a.length + b.length > 2 * most - 2;
  };
  /* What a word may mean and how surely: itself, words that begin so, other words for it, a slip of the keyboard, the number that was rounded. */
  const meanings = (word, last) => {
    const found = new Map(), known = index.has(word), add = (test, sure) => vocabulary.forEach(each => test(each) && found.set(each, sure));
    if (known ? last && /^[a-z]./.test(word) : /^(...|\d\d|[一-鿿]$)/.test(word)) add(each => each.startsWith(word), known ? .4 : .7);
    groups.filter(group => group.includes(word)).flat().forEach(each => index.has(each) && found.set(each, .6));
    if (known) found.set(word, 1);
    if (!found.size && /^[a-z]{5}/.test(word)) add(each => near(word, each), .6);
    if (!found.size && /^[1-9]\d{4,}$/.test(word)) add(each => /^\d{5,}$/.test(each) && +(+each).toPrecision(word.replace(/0+$/, "").length) === +word, .6);
    return found;
  };

  const find = query => {
    const folded = fold(query), whole = squeeze(folded), some = words(asked(query)), list = some.length ? some : words(folded);
    const scores = new Map(), hits = new Map(), pairs = joined(list).filter(pair => index.has(pair));
    let possible = 0, strange = 0;
    for (const word of new Set([...list, ...pairs])) {
      const gains = new Map(), part = pairs.includes(word) ? .5 : 1;
      let most = 0;
      meanings(word, word === list.at(-1)).forEach((sure, found) => {
        const worth = rarity(found) * sure * part;
        hits.set(found, Math.max(sure, hits.get(found) || 0));
        most = Math.max(most, worth);
        index.get(found).forEach((weight, line) => gains.set(line, Math.max(gains.get(line) || 0, worth * weight)));
      });
      possible += most;
      strange += most ? 0 : rarity(word) * part;
      gains.forEach((gain, line) => {
        const [sum, met] = scores.get(line) || [0, 0];
        scores.set(line, [sum + gain, met + most]);
      });
    }
    /* A name that the query holds counts again; one that is the query counts most, first names before later ones. */
    const named = line => Math.max(...names[line].map(([name, list], place) => {
      if (name === whole) return 40 - Math.min(place, 9);
      let met = 0, all = 0;
      list.forEach(word => { all += rarity(word); met += rarity(word) * (hits.get(word) || 0); });
      return met && met * met / all + (name.startsWith(whole) ? 4 : 0);
    }));
    /* A line whose title names another work or idea than the query, and which is not about that of the query, is about something else. */
    const called = list.filter(word => proper.has(word)), holds = (line, word) => names[line].some(([, held]) => held.includes(word));
    const strays = line => called.length && names[line][0][1].some(word => proper.has(word)) && !called.some(word => holds(line, word));
    /* What asks for yes or no is answered by a claim. */
    const answers = doubt.test(folded) ? line => lines[line][1].startsWith("claims/") : () => false;
    /* The more of the query a line has, the better; what has less than a quarter is no answer. */
    const ranked = [];
    scores.forEach(([sum, met], line) => {
      const score = sum + named(line), fit = weights[lines[line][0]] * (strays(line) ? .6 : 1) * (answers(line) ? 1.2 : 1);
      if (score > (possible + strange) / 4) ranked.push([score * (.4 + .6 * met / possible) * fit, lines[line]]);
    });
    ranked.sort((a, b) => b[0] - a[0]);
    /* Where nothing is found, a name in Chinese with one character wrong. */
    if (!ranked.length && /^[一-鿿]{3,}$/.test(whole)) return lines.filter((_, line) => names[line].some(([name]) => near(name, whole)));
    return ranked.filter(([score]) => score > ranked[0][0] / 8).slice(0, 12).map(([, line]) => line);
  };
  return { find, asked };
};

/* Pagefind wants every word of a query on one page; where no page has them all, those with most of them do. */
const fullText = async (bundle, query) => {
  const pagefind = await import(bundle), ranks = new Map();
  await pagefind.options({ noWorker: true });
  const read = async words => (await pagefind.search(words)).results;
  const whole = await read(query), lists = whole.length ? [whole] : await Promise.all(query.split(/\s+/).map(read));
  lists.forEach(results => results.slice(0, 20).forEach((result, place) => ranks.set(result.id, [(ranks.get(result.id)?.[0] || 0) + 1 / (place + 3), result])));
  return Promise.all([...ranks.values()].sort((a, b) => b[0] - a[0]).slice(0, 6).map(([, result]) => result.data()));
};

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const setUp = async dialog => {
  const [input, list, status, help] = ["input", "[role=listbox]", "[role=status]", ".search-help"].map(each => dialog.querySelector(each));
  const base = new URL(dialog.dataset.index, location.href), bundle = new URL(dialog.dataset.bundle, location.href).href, keys = status.textContent;
  const index = await (await fetch(base)).json(), { say, kinds } = index, { find, asked } = engine(index);
  const slug = name => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  let active = -1;

  const choose = place => {
    const options = [...list.children];
    active = options.length && (place + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === active));
    options[active]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active]?.id || "");
    input.setAttribute("aria-expanded", options.length > 0);
  };
  const option = (href, title, kind, text) => element("a", { href, tabIndex: -1 }, element("strong", { textContent: title }), element("span", { textContent: kind }), element("p", text));
  const show = (options, said, found) => {
    options.forEach((each, i) => Object.assign(each, { id: "option-" + i, role: "option" }));
    list.replaceChildren(...options);
    list.hidden = !options.length;
    status.textContent = said.replace("{}", found);
    help.hidden = found > 0;
    choose(0);
  };
  const update = () => {
    const query = input.value.trim(), lines = query ? find(query) : [];
    const results = lines.map(([kind, path, title, , text]) => option(new URL(path || "people/" + slug(title) + "/", base), title, kinds[kind], { textContent: text }));
    const full = element("div", { className: "full", textContent: say.full.replace("{}", () => query), onclick: () => readAll(query) });
    show(query ? [...results, full] : [], !query ? keys : lines.length ? say.found : say.none, lines.length);
  };
  const readAll = async query => {
    status.textContent = say.reading;
    const pages = await fullText(bundle, asked(query) || query).catch(() => null);
    if (!pages) status.textContent = dialog.dataset.failed;
    else if (input.value.trim() === query) show(pages.map(page => option(page.url, page.meta.title, page.meta.kind || "", { innerHTML: page.excerpt })), pages.length ? say.found : say.no_text, pages.length);
  };

  help.innerHTML = say.help;
  help.querySelectorAll("a").forEach(link => { link.href = new URL(link.getAttribute("href"), base); });
  help.onclick = event => {
    if (!event.target.matches("button")) return;
    input.value = event.target.textContent;
    input.focus();
    update();
  };
  input.oninput = event => event.isComposing || update();
  input.addEventListener("compositionend", update);
  list.onclick = event => event.target.closest("a") && dialog.close();
  dialog.onkeydown = event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], option = list.children[active];
    if (event.isComposing || !step && event.key !== "Escape" && (event.key !== "Enter" || event.target !== input)) return;
    event.preventDefault();
    if (step) choose(active + step);
    else if (event.key === "Enter") option?.click();
    else dialog.close();
  };
  update();
};

let begun;
/** Make the dialog work; what fails the first time is tried again at the next opening. */
export const begin = dialog => begun ||= setUp(dialog).catch(error => { begun = null; throw error; });
