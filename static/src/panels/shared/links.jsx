// Winds tied to the brakes they relieve.
import '../first_load.js';
import { t } from '../../page/i18n.js';
import { act, cards, get, ofType, themes, tie } from '../../sync/workshop.js';
import { kindsOf } from './votes.js';

/** @param {string} id */
const labelOf = (id) => {
  const record = get(id);
  return record ? record.title || record.text || '' : '';
};

/** What may be at the other end: cards and themes of the other side. @param {string} target @param {boolean} isWind */
function choicesFor(target, isWind) {
  const isOther = (/** @type {any} */ record) => record.id !== target && kindsOf(record).some((kind) => (kind === 'wind') !== isWind);
  return [...themes.value, ...cards.value.filter((card) => card.text !== undefined && card.held === undefined)].filter(isOther);
}

/** @param {{ target: string }} props */
export function LinkPicker({ target }) {
  const record = get(target);
  if (!record) return null;
  const isWind = kindsOf(record)[0] === 'wind';
  const links = ofType('link').filter((link) => link.wind === target || link.brake === target);
  const ends = (/** @type {string} */ other) => (isWind ? { wind: target, brake: other } : { wind: other, brake: target });
  return (
    <div class="field">
      <h3>{isWind ? t('Brakes it relieves') : t('Winds that relieve it')}</h3>
      <ul class="list">
        {links.map((link) => (
          <li key={link.id} class="row tight">
            <span class="grow" dir="auto">{labelOf(link.wind === target ? link.brake : link.wind)}</span>
            <button type="button" class="plain" onClick={() => act('unlink', { wind: link.wind, brake: link.brake })}>{t('Untie')}</button>
          </li>
        ))}
      </ul>
      <select value="" aria-label={isWind ? t('Choose a brake') : t('Choose a wind')} onChange={(event) => act('link', ends(event.currentTarget.value))}>
        <option value="">{isWind ? t('Choose a brake') : t('Choose a wind')}</option>
        {choicesFor(target, isWind).map((other) => <option key={other.id} value={other.id}>{labelOf(other.id).slice(0, 80)}</option>)}
      </select>
      <p><button type="button" class="plain" onClick={() => (tie.value = target)}>{t('Show it on the boat')}</button></p>
    </div>
  );
}
