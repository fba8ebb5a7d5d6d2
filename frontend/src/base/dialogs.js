// Buttons that open a dialog of the page by its id: <button data-dialog="page-help">.
export function listenForDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const dialog = event.target.closest("dialog[open]");
    if (dialog && event.target === dialog) dialog.close();
  });
}
