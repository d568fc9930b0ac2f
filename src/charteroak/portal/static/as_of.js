// The form of the as-of page with sliders: one below each date field, a step for each day, and buttons that go to the
// nearest day on which something happened or was recorded. Without this file the form is what it was: two dates.
"use strict";

(() => {
  const form = document.querySelector("form[data-begin]");
  if (!form || !form.dataset.begin) return;
  const DAY = 86400000;
  const number = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY;
  const begin = number(form.dataset.begin);
  const end = number(form.dataset.end);
  const days = form.dataset.days.split(" ").filter(Boolean).map(number);
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });
  let waiting;

  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.dispatchEvent(new CustomEvent("asked")), 200);
  };

  const ticks = document.createElement("datalist");
  ticks.id = "days-of-change";
  for (const day of days) ticks.append(new Option("", day - begin));
  form.append(ticks);

  for (const field of form.querySelectorAll("input[type=date]")) {
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: 0, max: end - begin, step: 1, className: "slider__range" });
    range.setAttribute("list", ticks.id);
    range.setAttribute("aria-label", field.labels[0].textContent.trim());
    const say = () => range.setAttribute("aria-valuetext", words.format((begin + Number(range.value)) * DAY));
    const show = () => {
      field.value = new Date((begin + Number(range.value)) * DAY).toISOString().slice(0, 10);
      say();
    };
    const take = () => {
      if (field.value) range.value = number(field.value) - begin;
      say();
    };
    const go = (chosen) => {
      if (chosen === undefined) return;
      range.value = chosen - begin;
      show();
      ask();
    };
    const button = (label, find) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "as-link";
      made.textContent = label;
      const what = document.createElement("span");
      what.className = "usa-sr-only";
      what.textContent = `: ${field.labels[0].textContent.trim()}`;
      made.append(what);
      made.addEventListener("click", () => go(find(begin + Number(range.value))));
      return made;
    };
    range.addEventListener("input", show);
    range.addEventListener("change", ask);
    field.addEventListener("change", () => {
      take();
      if (field.value && field.validity.valid) ask();
    });
    take();
    const box = document.createElement("div");
    box.className = "slider";
    box.append(
      range,
      button(form.dataset.earlier, (now) => days.filter((day) => day < now).at(-1)),
      button(form.dataset.later, (now) => days.find((day) => day > now)),
    );
    field.after(box);
  }
})();
