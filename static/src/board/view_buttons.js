// The buttons in the corner of the board: closer, farther, all of it.
import { html } from './svg.js';

/** @param {(sentence: string) => string} t @param {{ closer: () => void, farther: () => void, fit: () => void }} press */
export function viewButtons(t, press) {
  /** @param {string} sign @param {string} label @param {() => void} go */
  const button = (sign, label, go) => {
    const element = html('button', { type: 'button', class: 'board-button', 'aria-label': label, title: label }, sign);
    element.addEventListener('click', go);
    return element;
  };
  return html(
    'div',
    { class: 'board-buttons' },
    button('+', t('Zoom in'), press.closer),
    button('−', t('Zoom out'), press.farther),
    button('⤢', t('Whole board'), press.fit),
  );
}
