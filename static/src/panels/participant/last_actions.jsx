// The first thing a workshop of a series shows: what became of the last one's actions. Facilitators set their state.
import { t } from '../../page/i18n.js';
import { act, isFacilitator, ofType } from '../../sync/workshop.js';
import { ActionLine } from '../shared/actions.jsx';

export default function Carried() {
  const carried = ofType('action').filter((action) => action.from);
  const done = carried.filter((action) => action.state === 'done').length;
  if (!carried.length) return null;
  return (
    <section aria-labelledby="carried-title">
      <h2 id="carried-title">{t('What became of last time’s actions')}</h2>
      <p class="hint" role="status">{t('{n} of {of} done', { n: done, of: carried.length })}</p>
      <ul class="list">
        {carried.map((action) => (
          <ActionLine key={action.id} action={action}>
            {isFacilitator.value && action.state === 'done' && (
              <button type="button" class="plain" onClick={() => act('edit_action', { action: action.id, state: 'accepted' })}>{t('Not done yet')}</button>
            )}
          </ActionLine>
        ))}
      </ul>
    </section>
  );
}
