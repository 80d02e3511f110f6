// The front door: join by code, or create a workshop and be in it.
import { t } from '../page/i18n.js';
import { heedLimits } from '../page/limits.js';
import { at, page } from '../page/page.js';

heedLimits();

const joining = /** @type {HTMLFormElement | null} */ (document.getElementById('join'));
joining?.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (joining.elements.namedItem('code'));
  const code = field.value.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (code.length === 6) location.assign(at(`/w/${code}`));
  else complain(joining, t('A code has six characters.'));
});

const creating = /** @type {HTMLFormElement | null} */ (document.getElementById('create'));
creating?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const data = new FormData(creating);
  const button = creating.querySelector('button');
  if (button) button.disabled = true;
  try {
    const team = data.get('team') || undefined;
    const workshop = { title: data.get('title'), objective: data.get('objective'), language: page.language, team };
    let { response, created } = await create({ ...workshop, time_zone: timeZone() });
    // A phone may know zones, or call them by names, that the server does not: then its own must do.
    if (created.error?.field === 'time_zone') ({ response, created } = await create(workshop));
    if (response.ok) location.assign(at(`/w/${created.code}/facilitate#key=${created.key}`));
    else complain(creating, created.error.message);
  } catch {
    complain(creating, t('The server cannot be reached. Please try again.'));
  } finally {
    if (button) button.disabled = false;
  }
});

/** @param {Record<string, unknown>} workshop @returns {Promise<{ response: Response, created: any }>} */
async function create(workshop) {
  const response = await fetch(at('/api/v1/workshops'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(workshop),
  });
  return { response, created: await response.json() };
}

/** Where the workshop is, by the clock of whoever creates it; '' where the browser does not tell. */
function timeZone() {
  try {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone || '';
  } catch {
    return '';
  }
}

/** @param {HTMLFormElement} form @param {string} sentence */
function complain(form, sentence) {
  const place = form.querySelector('.wrong');
  if (place) place.textContent = sentence;
}
