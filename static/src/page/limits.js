// Fields say when a text is too long, and keep all of it: a browser's own `maxlength` cuts what is pasted without a word.
import { plural, t } from './i18n.js';

/** Heed every field with `data-most`, in characters; while it has too many, the browser does not send its form. */
export function heedLimits() {
  document.addEventListener('input', ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    if (!field.dataset.most) return;
    const excess = [...field.value].length - +field.dataset.most;
    field.setCustomValidity(excess > 0 ? plural(excess, t('{n} character too many: please shorten the text.'), t('{n} characters too many: please shorten the text.')) : '');
    if (excess > 0) field.reportValidity();
  });
}
