// Before the summary leaves: what will be in it, and one's own words in it to be reworded or taken back.
import { useState } from 'preact/hooks';
import { labelled, moment, plural, t } from '../../page/i18n.js';
import { act, cards, me, ofType, workshop } from '../../sync/workshop.js';
import { Excess, excessOf } from './excess.jsx';
import { kindName } from './words.js';

/** @param {any} record */
const isMine = (record) => record.mine || record.author === me.value?.id;

export function Leaving() {
  const from = workshop.value?.shared_from;
  if (!from) return null;
  const leaving = cards.value.filter((card) => card.text !== undefined && card.held === undefined && !card.deleted);
  const mine = leaving.filter(isMine);
  const others = leaving.filter((card) => !isMine(card));
  const actions = ofType('action');
  return (
    <section class="block" aria-labelledby="leaving-title">
      <h2 id="leaving-title">{t('The summary leaves on {when}', { when: moment(from) })}</h2>
      <p>{t('From then on whoever has its link reads what is below. Nobody’s name is in it but those of who will do something. Until then you may reword what you wrote, or take it back for good.')}</p>
      <h3>{t('Your words in it')}</h3>
      {!mine.length && <p class="hint">{t('No card of yours is in it.')}</p>}
      <ul class="list">{mine.map((card) => <Own key={card.id} card={card} />)}</ul>
      {actions.length > 0 && <h3>{t('Actions')}</h3>}
      {actions.length > 0 && <p class="hint">{t('They are the group’s. For one that you proposed, and for all you wrote at once: “Erase all my cards”, in the part about the room.')}</p>}
      <ul class="list">{actions.map((action) => <li key={action.id}><span dir="auto">{action.text}</span> <small class="hint" dir="auto">{action.owner}</small></li>)}</ul>
      {others.length > 0 && (
        <details>
          <summary>{plural(others.length, t('{n} card of somebody else'), t('{n} cards of others'))}</summary>
          <ul class="list">{others.map((card) => <li key={card.id}><span dir="auto">{card.text}</span> <small class="hint">{kindName(card.kind)}</small></li>)}</ul>
        </details>
      )}
    </section>
  );
}

/** @param {{ card: any }} props */
function Own({ card }) {
  const [text, setText] = useState(/** @type {string | null} */ (null));
  const [sure, setSure] = useState(false);
  const reword = async () => {
    const answer = await act('reword', { target: card.id, text });
    if (answer.ok) setText(null);
  };
  if (text !== null) {
    return (
      <li>
        <form class="field" onSubmit={(event) => { event.preventDefault(); reword(); }}>
          <textarea aria-label={t('In other words')} aria-describedby={`${card.id}-excess`} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          <Excess id={`${card.id}-excess`} texts={[text]} />
          <div class="row">
            <button disabled={!text.trim() || excessOf(text) > 0}>{t('Save')}</button>
            <button type="button" class="plain" onClick={() => setText(null)}>{t('Cancel')}</button>
          </div>
        </form>
      </li>
    );
  }
  return (
    <li>
      <p><span dir="auto">{card.text}</span> <small class="hint">{kindName(card.kind)}</small></p>
      <div class="row">
        <button type="button" class="plain" aria-label={labelled(t('Reword'), card.text)} onClick={() => setText(card.text)}>{t('Reword')}</button>
        {sure ? (
          <button type="button" class="danger" onClick={() => { act('take_back', { record: card.id }); setSure(false); }}>{t('Yes, take it back for good')}</button>
        ) : (
          <button type="button" class="plain" aria-label={labelled(t('Take back'), card.text)} onClick={() => setSure(true)}>{t('Take back')}</button>
        )}
      </div>
    </li>
  );
}
