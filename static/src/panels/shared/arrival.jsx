// Whether what was just sent has arrived: a calm line above the keyboard, until the next letter is typed.
import { t } from '../../page/i18n.js';
import { get, link } from '../../sync/workshop.js';

const FLIGHT = 500; // ms

/**
 * Never "received" before the server has it; nothing where that would not take it, which is said elsewhere.
 * @param {{ ids: string[], received: string, children?: any }} props ids: of what was sent; received: the words for it
 */
export function Arrival({ ids, received, children }) {
  const records = ids.map(get);
  const isWaiting = records.some((record) => record?.waiting);
  if (!ids.length || records.some((record) => !record)) return <div role="status" />;
  const words = !isWaiting ? received : link.value === 'here' ? t('On its way…') : t('Kept here, goes off by itself');
  return (
    <div class={`arrival${isWaiting ? '' : ' here'}`}>
      <p class="grow" role="status">{words}</p>
      {children}
    </div>
  );
}

/** A sheet of paper goes from where it was written to the boat; not for those who asked for stillness. @param {HTMLElement} from @param {string} kind */
export function fly(from, kind) {
  const boat = document.querySelector('.now .boat-sign');
  if (!boat || !from.animate || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const start = from.getBoundingClientRect();
  const end = boat.getBoundingClientRect();
  const paper = document.createElement('div');
  paper.className = `flying kind-${kind}`;
  paper.textContent = /** @type {HTMLTextAreaElement} */ (from).value.slice(0, 80);
  paper.style.cssText = `left: ${start.left}px; top: ${start.top}px; width: ${start.width}px`;
  paper.setAttribute('aria-hidden', 'true');
  document.body.append(paper);
  const [dx, dy] = [(end.left + end.right - start.left - start.right) / 2, (end.top + end.bottom - start.top) / 2 - paper.offsetHeight / 2];
  paper.animate([{ transform: 'none' }, { transform: `translate(${dx}px, ${dy}px) scale(0.08)`, opacity: 0.4 }], { duration: FLIGHT, easing: 'ease-in' }).onfinish = () => paper.remove();
}
