// The side opens over the page on a phone.
export function listenForMenu() {
  document.addEventListener("click", (event) => {
    const shell = document.querySelector(".shell");
    if (event.target.closest("[data-menu]")) shell?.classList.toggle("is-open");
    if (event.target.closest(".shell-veil")) shell?.classList.remove("is-open");
  });
}
