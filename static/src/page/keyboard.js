// Keys, as input methods leave them: for Japanese, Chinese or Korean, Enter chooses a word and Escape gives it up. And
// the keyboard of a phone, which covers what lies under it.

/** Whether a key belongs to a word that is being composed. Safari ends that before the key, and marks it by its code. @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

const OPEN = 0.8; // of the height there was without it
const WRITTEN_IN = 'input:not([type="checkbox"]):not([type="radio"]), textarea';
const BELONGS = '.kinds, form'; // what one touches between two words, such as the kind of a card

/**
 * A keyboard that opens takes half of a phone: what one writes in stays in the other half, and what is not needed for
 * writing goes. Some browsers shrink the page for it, others lay it over the page.
 * @returns {() => void} heed it no more
 */
export function heedKeyboard() {
  const root = document.documentElement;
  const seen = window.visualViewport || window;
  const height = () => window.visualViewport?.height || innerHeight;
  let [width, full] = [innerWidth, height()];
  const look = () => {
    if (innerWidth !== width) [width, full] = [innerWidth, height()];
    full = Math.max(full, height());
    const field = document.activeElement?.closest(WRITTEN_IN);
    const isOpen = Boolean(field) && height() < full * OPEN && (window.visualViewport?.scale || 1) < 1.01;
    root.classList.toggle('typing', isOpen);
    root.style.setProperty('--keyboard', isOpen ? `${Math.max(0, innerHeight - height())}px` : '0px');
    field?.scrollIntoView({ block: 'center' });
  };
  // A keyboard that closes is told by the resize. Where none closes, what lies under a finger stays where it is.
  const leave = () => requestAnimationFrame(() => document.activeElement?.closest(`${WRITTEN_IN}, ${BELONGS}`) || look());
  seen.addEventListener('resize', look);
  document.addEventListener('focusout', leave);
  return () => {
    seen.removeEventListener('resize', look);
    document.removeEventListener('focusout', leave);
  };
}
