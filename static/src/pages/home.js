// The front door: join by code, or create a workshop and be in it.
import { t } from '../page/i18n.js';
import { page } from '../page/page.js';

const joining = /** @type {HTMLFormElement | null} */ (document.getElementById('join'));
joining?.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (joining.elements.namedItem('code'));
  const code = field.value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (code.length === 6) location.assign(`/w/${code}`);
  else complain(joining, t('A code has six characters.'));
});

const creating = /** @type {HTMLFormElement | null} */ (document.getElementById('create'));
creating?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const data = new FormData(creating);
  const button = creating.querySelector('button');
  if (button) button.disabled = true;
  try {
    const response = await fetch('/api/v1/workshops', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: data.get('title'), objective: data.get('objective'), language: page.language }),
    });
    const created = await response.json();
    if (response.ok) location.assign(`/w/${created.code}/facilitate#key=${created.key}`);
    else complain(creating, created.error.message);
  } catch {
    complain(creating, t('The server cannot be reached. Please try again.'));
  } finally {
    if (button) button.disabled = false;
  }
});

/** @param {HTMLFormElement} form @param {string} sentence */
function complain(form, sentence) {
  const place = form.querySelector('.wrong');
  if (place) place.textContent = sentence;
}
