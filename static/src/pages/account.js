// The pages of accounts: shows a password to whoever types it. Everything else works without this script.
import { heedLimits } from '../page/limits.js';
import { noteLibrary } from '../sync/traces.js';

heedLimits();

// Whoever is signed in has a session in this browser, which "I am someone else" must end.
if (document.querySelector('main[data-signed-in]')) noteLibrary();

for (const button of document.querySelectorAll('button.reveal')) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById(button.dataset.for || ''));
  if (!field) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    const shows = field.type === 'password';
    field.type = shows ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shows));
  });
  // A shown password is sent, and kept by the browser, as one.
  field.form?.addEventListener('submit', () => { field.type = 'password'; });
}
