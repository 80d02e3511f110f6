// Winds and brakes in one theme: only once somebody has said that they mean it.
import '../first_load.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { cards, get } from '../../sync/workshop.js';

/** @param {any[]} some cards @returns {Set<boolean>} whether winds are among them, and whether brakes are */
const sidesOf = (some) => new Set(some.filter((card) => card && !card.deleted).map((card) => card.kind === 'wind'));

/** @param {string} theme */
const within = (theme) => cards.peek().filter((card) => card.theme === theme);

/**
 * Whether a theme would have winds and brakes that has not had both: of these cards, and those in these themes.
 * @param {string[]} ids of cards
 * @param {string[]} themes
 */
export function mixes(ids, themes) {
  const before = themes.map((theme) => sidesOf(within(theme)));
  const after = sidesOf([...ids.map(get), ...themes.flatMap(within)]);
  return after.size > 1 && !before.some((sides) => sides.size > 1);
}

/**
 * Asks before winds and brakes come into one theme.
 * @returns {[(ids: string[], themes: string[], go: () => void) => void, import('preact').ComponentChild]} do it, after a question
 *   if it mixes them; and the question while it is asked
 */
export function useMixtureQuestion() {
  const [asked, ask] = useState(/** @type {{ go: () => void } | null} */ (null));
  const close = () => ask(null);
  return [
    (ids, themes, go) => (mixes(ids, themes) ? ask({ go }) : go()),
    asked && <Question go={() => { close(); asked.go(); }} close={close} />,
  ];
}

/** @param {{ go: () => void, close: () => void }} props */
function Question({ go, close }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const before = useRef(document.activeElement);
  useEffect(() => {
    place.current?.focus();
    return () => /** @type {HTMLElement | null} */ (before.current)?.focus();
  }, []);
  return (
    <div
      class="block" role="alertdialog" aria-labelledby="mixture-title" tabIndex={-1} ref={place}
      onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); close(); } }}
    >
      <p id="mixture-title">{t('Winds help, anchors and sharks hold back. Put them in one theme?')}</p>
      <div class="row">
        <button type="button" class="primary" onClick={close}>{t('No, keep them apart')}</button>
        <button type="button" class="plain" onClick={go}>{t('Put them in one theme')}</button>
      </div>
    </div>
  );
}
