// A service worker is registered only where the browser trusts the certificate, whatever was clicked away before.
const state = document.getElementById("state");
const tell = (isGood) => {
  state.textContent = isGood ? state.dataset.good : state.dataset.bad;
};
if (window.isSecureContext && window.crypto && crypto.subtle && navigator.serviceWorker) {
  navigator.serviceWorker.register("/sw.js").then(
    () => tell(true),
    () => tell(false),
  );
} else {
  tell(false);
}
