(() => {
  const byId = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en").format;
  const filters = ["search", "family", "language", "confidence"].map(byId);
  const [search, family, language, confidence] = filters;
  const sections = [...document.querySelectorAll("section[data-family]")].map((section) => ({
    section,
    rules: [...section.querySelectorAll("article")].map((article) => ({ article, languages: article.dataset.languages.split(" ") })),
  }));
  const total = sections.reduce((sum, { rules }) => sum + rules.length, 0);

  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { section, rules } of sections) {
      let shown = 0;
      for (const rule of rules) {
        const { article, languages } = rule;
        if (words.length) rule.text ??= article.textContent.toLowerCase();
        const fits = (!family.value || section.dataset.family === family.value)
          && (!language.value || languages.includes(language.value))
          && (!confidence.value || article.dataset.confidence === confidence.value)
          && words.every((word) => rule.text.includes(word));
        article.hidden = !fits;
        shown += fits;
      }
      section.hidden = !shown;
      found += shown;
    }
    byId("hits").textContent = `${number(found)} of ${number(total)} rules`;
  };
  /** Show the rule that the address names, and its examples. */
  const follow = () => {
    const named = byId(location.hash.slice(1));
    if (!named || !named.matches("article, section[data-family]")) return;
    if (named.hidden) {
      for (const filter of filters) filter.value = "";
      find();
    }
    const examples = named.matches("article") && named.querySelector("details");
    if (examples) examples.open = true;
    named.scrollIntoView();
  };
  const form = byId("filters");
  form.onsubmit = (event) => event.preventDefault();
  form.oninput = find;
  form.hidden = false;
  find();
  addEventListener("hashchange", follow);
  follow();
})();
