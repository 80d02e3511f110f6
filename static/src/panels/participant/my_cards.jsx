// My cards, each with whether it has arrived.
import { useState } from 'preact/hooks';
import { number, t } from '../../page/i18n.js';
import { act, cards, me, ofType } from '../../sync/workshop.js';
import { CardLine } from '../shared/card.jsx';

const MOST = 60; // cards drawn anew with each change; hundreds would hold up whoever writes

/** @param {{ open: (id: string) => void }} props */
export function MyCards({ open }) {
  const [isWhole, showWhole] = useState(false);
  const isMine = (/** @type {any} */ card) => card.mine || card.author === me.value?.id;
  const mine = cards.value.filter(isMine).reverse();
  const binned = ofType('card').filter((card) => card.deleted && isMine(card));
  return (
    <section aria-labelledby="mine-title">
      <h3 id="mine-title">{t('My cards')}</h3>
      {!mine.length && <p class="hint">{t('Your cards will be listed here.')}</p>}
      <ul class="list">{(isWhole ? mine : mine.slice(0, MOST)).map((card) => <CardLine key={card.id} card={card} open={open} state />)}</ul>
      {!isWhole && mine.length > MOST && <button type="button" class="plain" onClick={() => showWhole(true)}>{t('Show all {n}', { n: number(mine.length) })}</button>}
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
