// My cards, each with whether it has arrived.
import { t } from '../../page/i18n.js';
import { act, cards, me, ofType } from '../../sync/workshop.js';
import { CardLine } from '../shared/card.jsx';

/** @param {{ open: (id: string) => void }} props */
export function MyCards({ open }) {
  const isMine = (/** @type {any} */ card) => card.mine || card.author === me.value?.id;
  const mine = cards.value.filter(isMine).reverse();
  const binned = ofType('card').filter((card) => card.deleted && isMine(card));
  return (
    <section aria-labelledby="mine-title">
      <h3 id="mine-title">{t('My cards')}</h3>
      {!mine.length && <p class="hint">{t('Your cards will be listed here.')}</p>}
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
