// Only the fields that the chosen verb needs are shown; without a script all of them are.
export function followVerbs(root) {
  for (const form of root.querySelectorAll("form[data-act]:not([data-followed])")) {
    form.dataset.followed = "";
    const show = () => {
      const verb = form.querySelector("input[name=verb]:checked")?.value ?? "";
      for (const part of form.querySelectorAll("[data-for]")) {
        const fits = part.dataset.for.split(" ").includes(verb);
        part.hidden = !fits;
        for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !fits;
      }
    };
    form.addEventListener("change", show);
    show();
  }
}
