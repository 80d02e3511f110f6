// Winds tied to the brakes they relieve.
import '../first_load.js';
import { t } from '../../page/i18n.js';
import { act, cards, get, ofType } from '../../sync/workshop.js';

/** @param {string} id */
const labelOf = (id) => {
  const record = get(id);
  return record ? record.title || record.text || '' : '';
};

/** @param {{ target: string }} props */
export function LinkPicker({ target }) {
  const record = get(target);
  if (!record) return null;
  const isWind = record.kind === 'wind';
  const links = ofType('link').filter((link) => link.wind === target || link.brake === target);
  const choices = cards.value.filter((card) => card.text !== undefined && (isWind ? card.kind !== 'wind' : card.kind === 'wind'));
  const ends = (/** @type {string} */ other) => (isWind ? { wind: target, brake: other } : { wind: other, brake: target });
  return (
    <div class="field">
      <h3>{isWind ? t('Brakes it relieves') : t('Winds that relieve it')}</h3>
      <ul class="list">
        {links.map((link) => (
          <li key={link.id} class="row tight">
            <span class="grow" dir="auto">{labelOf(isWind ? link.brake : link.wind)}</span>
            <button type="button" class="plain" onClick={() => act('unlink', { wind: link.wind, brake: link.brake })}>{t('Untie')}</button>
          </li>
        ))}
      </ul>
      <select value="" aria-label={isWind ? t('Choose a brake') : t('Choose a wind')} onChange={(event) => act('link', ends(event.currentTarget.value))}>
        <option value="">{isWind ? t('Choose a brake') : t('Choose a wind')}</option>
        {choices.map((card) => <option key={card.id} value={card.id}>{card.text.slice(0, 80)}</option>)}
      </select>
    </div>
  );
}
