// Small parts that every panel is made of.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { KINDS, stepOf, weightOf } from '../../board/scene.js';
import { FILLED, PATHS } from '../../board/signs.js';
import { fold } from '../../page/folding.js';
import { t } from '../../page/i18n.js';
import { isComposing } from '../../page/keyboard.js';
import { notice, people } from '../../sync/workshop.js';
import { kindMeaning, kindName, strengthName, strengthQuestion } from './words.js';

/** @typedef {import('./words.js').Kind} Kind */

/** @param {{ kind: Kind }} props */
export function Sign({ kind }) {
  return (
    <svg viewBox="0 0 24 24" class={`sign ${FILLED[kind] ? 'filled' : 'drawn'}`} aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}

/** @param {{ chosen: Kind | null, open: Kind[], choose: (kind: Kind) => void }} props */
export function KindPicker({ chosen, open, choose }) {
  return (
    <div class="kinds" role="group" aria-label={t('Kind of card')}>
      {KINDS.filter((kind) => open.includes(kind)).map((kind) => (
        <button type="button" key={kind} class={`kind-${kind}`} aria-pressed={chosen === kind} onClick={() => choose(kind)}>
          <Sign kind={kind} />
          <span>{kindName(kind)}</span>
          <small>{kindMeaning(kind)}</small>
        </button>
      ))}
    </div>
  );
}

/** @param {{ kind: Kind, weight: number, choose: (weight: number) => void }} props */
export function WeightPicker({ kind, weight, choose }) {
  const chosen = stepOf(weight);
  return (
    <div class="weights" role="group" aria-label={strengthQuestion(kind)}>
      {[1, 2, 3, 4, 5].map((step) => (
        <button
          type="button"
          key={step}
          aria-pressed={chosen === step}
          aria-label={strengthName(kind, step)}
          title={strengthName(kind, step)}
          onClick={() => choose(weightOf(step))}
        >
          <span class={`level level-${step}`} />
        </button>
      ))}
    </div>
  );
}

/**
 * A window over the page: takes the focus, gives it back, closes on Escape.
 * @param {{ title: string, close: () => void, children?: any }} props
 */
export function Sheet({ title, close, children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const closing = useRef(close);
  closing.current = close;
  // Before the next paint, not after it: whoever presses Escape as soon as the window is seen is heard, and still heard
  // when what had the focus inside it has gone.
  useLayoutEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    /** @param {KeyboardEvent} event */
    const key = (event) => {
      if (event.key === 'Escape' && !isComposing(event)) closing.current();
      if (event.key === 'Tab' && box.current) keepInside(box.current, event);
    };
    box.current?.focus();
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('keydown', key);
      before?.focus?.();
    };
  }, []);
  return (
    <div class="sheet" onClick={(event) => event.target === event.currentTarget && close()}>
      <div role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={box}>
        <div class="head">
          <h2 dir="auto">{title}</h2>
          <button type="button" class="plain" onClick={close} aria-label={t('Close')}>✕</button>
        </div>
        {children}
      </div>
    </div>
  );
}

/** @param {HTMLElement} box @param {KeyboardEvent} event */
function keepInside(box, event) {
  const stops = [...box.querySelectorAll('button:not(:disabled), input, textarea, select, a[href]')];
  const first = /** @type {HTMLElement} */ (stops[0]);
  const last = /** @type {HTMLElement} */ (stops[stops.length - 1]);
  const at = document.activeElement;
  if (!box.contains(at)) first.focus();
  else if (event.shiftKey && (at === first || at === box)) last.focus();
  else if (!event.shiftKey && at === last) first.focus();
  else return;
  event.preventDefault();
}

export function Notice() {
  useEffect(() => {
    if (!notice.value) return undefined;
    const timer = setTimeout(() => (notice.value = null), 6000);
    return () => clearTimeout(timer);
  }, [notice.value]);
  return (
    <div role="status" aria-live="polite">
      {notice.value && <p class={`notice ${notice.value.kind}`}>{notice.value.text}</p>}
    </div>
  );
}

/** The first name of somebody, or what stands for it. @param {string | undefined} id */
export function nameOf(id) {
  const person = people.value.find((other) => other.id === id);
  return person ? nameAmong(person, person.name ? people.value : []) : '';
}

/**
 * Namesakes are told apart by a number, which is the same on every device.
 * @param {{ id: string, name: string }} person
 * @param {{ id: string, name: string }[]} others
 */
export function nameAmong(person, others) {
  const name = person.name || t('Someone');
  const namesakes = others.filter((other) => fold(other.name) === fold(person.name)).map((other) => other.id).sort();
  return namesakes.length > 1 ? t('{name} ({n})', { name, n: namesakes.indexOf(person.id) + 1 }) : name;
}

/** @param {{ label: string, checked: boolean, change: (checked: boolean) => void }} props */
export function Check({ label, checked, change }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
