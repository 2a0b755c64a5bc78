/* Shows the states of figures: every value was computed and worded at build. No formula, no unit, no word stands here. */
for (const figure of document.querySelectorAll("[data-figure]")) {
  const all = selector => [...figure.querySelectorAll(selector)];
  const id = figure.dataset.figure;
  let states;
  const groups = all(".control"), slots = all("[data-s]"), link = figure.querySelector(".permalink");

  const known = () => states ||= JSON.parse(figure.querySelector("script").textContent);
  const stops = slider => slider.dataset.values.split(" ");
  const chosen = group => {
    const slider = group.querySelector("[type=range]");
    return slider ? stops(slider)[slider.value] : group.querySelector(":checked").value;
  };
  const choose = (group, value) => {
    const slider = group.querySelector("[type=range]");
    if (slider) slider.value = stops(slider).indexOf(value);
    else group.querySelectorAll("input").forEach(input => { input.checked = input.value === value; });
  };
  const show = () => {
    const key = current(), values = known()[key];
    let next = 0;
    for (const slot of slots)
      for (const name of slot.dataset.s.split(" ")) {
        const value = values[next++];
        if (name === "t") { if (slot.textContent !== value) slot.textContent = value; }
        else if (name === "h") { if (slot.shown !== value) slot.innerHTML = slot.shown = value; }
        else if (name.startsWith("--")) slot.style.setProperty(name, value);
        else slot.setAttribute(name, value);
      }
    for (const slider of all("[type=range]")) {
      const words = slider.dataset.words.split("|")[slider.value];
      slider.setAttribute("aria-valuetext", words);
      slider.parentElement.querySelector("b").textContent = words;
    }
    const address = new URL(location.href);
    address.searchParams.set(id, key);
    address.hash = id;
    link.href = address;
    return address;
  };

  figure.querySelector("form").oninput = () => history.replaceState(null, "", show());
  const current = () => groups.map(chosen).join("~"), first = current();
  const read = () => {
    const asked = new URLSearchParams(location.search).get(id) ?? first;
    if (asked === current() || !Object.hasOwn(known(), asked)) return;
    asked.split("~").forEach((value, place) => choose(groups[place], value));
    show();
  };
  addEventListener("popstate", read);
  read();
}
