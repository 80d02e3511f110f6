// My cards, each with whether it has arrived; and those that were refused, whose text is not to be lost.
import { t } from '../../page/i18n.js';
import { act, cards, dismiss, me, ofType, refusedCards } from '../../sync/workshop.js';
import { CardLine } from '../shared/card.jsx';

/** @param {{ open: (id: string) => void }} props */
export function MyCards({ open }) {
  const isMine = (/** @type {any} */ card) => card.mine || card.author === me.value?.id;
  const mine = cards.value.filter(isMine).reverse();
  const binned = ofType('card').filter((card) => card.deleted && isMine(card));
  return (
    <section aria-labelledby="mine-title">
      <h3 id="mine-title">{t('My cards')}</h3>
      {refusedCards.value.map((entry) => (
        <div class="block" key={entry.key} role="alert">
          <p dir="auto">{entry.command.text}</p>
          <p class="hint">{entry.refused?.message}</p>
          {entry.refused?.code === 'anonymity_changed' && <button type="button" onClick={() => sendNamed(entry)}>{t('Send it with my name')}</button>}
          <button type="button" class="plain" onClick={() => dismiss(entry)}>{t('Remove')}</button>
        </div>
      ))}
      {!mine.length && !refusedCards.value.length && <p class="hint">{t('Your cards will be listed here.')}</p>}
      <ul class="list">{mine.map((card) => <CardLine key={card.id} card={card} open={open} state />)}</ul>
      {binned.length > 0 && (
        <details>
          <summary>{t('In the bin')} ({binned.length})</summary>
          <ul class="list">
            {binned.map((card) => (
              <CardLine key={card.id} card={card}>
                <button type="button" class="plain" onClick={() => act('restore_card', { card: card.id })}>{t('Put back')}</button>
              </CardLine>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** The person has read that their name will be seen. @param {import('../../sync/outbox.js').Entry} entry */
function sendNamed(entry) {
  const { id: _id, name, ...card } = entry.command;
  dismiss(entry);
  act(name, { ...card, anonymous: false });
}
