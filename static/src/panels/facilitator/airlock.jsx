// The airlock: texts without their authors, one a screen, to show each to everybody or to hold it back.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { KINDS } from '../../board/scene.js';
import { plural, t } from '../../page/i18n.js';
import { act, cards } from '../../sync/workshop.js';
import { CardLine } from '../shared/card.jsx';
import { HoldBack } from '../shared/reasons.jsx';
import { Sign } from '../shared/parts.jsx';
import { kindName } from '../shared/words.js';

/** In the order in which a wall is read: a reader who goes on finds them kind after kind. @returns {any[]} */
const toRead = () => cards.value
  .filter((card) => card.unread && card.held === undefined && card.text !== undefined)
  .sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind));

export function Airlock() {
  const [isOpen, setOpen] = useState(false);
  const unread = toRead();
  const aside = cards.value.filter((card) => card.held !== undefined);
  return (
    <div class="block">
      <h3>{t('Before the reveal')}</h3>
      {unread.length > 0 ? (
        <>
          <button type="button" class="primary" onClick={() => act('reveal')}>{t('Reveal everything')}</button>
          <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{unread.length === 1 ? t('Read the card that is left') : t('Read the {n} cards one by one', { n: unread.length })}</button>
          {isOpen && <Reader unread={unread} />}
        </>
      ) : <p class="hint" role="status">{t('Every card has been shown or held back.')}</p>}
      {aside.length > 0 && (
        <>
          <h3>{plural(aside.length, t('{n} card held back'), t('{n} cards held back'))}</h3>
          <ul class="list">
            {aside.map((card) => (
              <CardLine key={card.id} card={card}>
                <button type="button" class="plain" onClick={() => act('release_card', { card: card.id })}>{t('Release')}</button>
              </CardLine>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** One card a screen. Once it is shown or held back the next takes its place. @param {{ unread: any[] }} props one or more */
function Reader({ unread }) {
  const [place, setPlace] = useState(0);
  const at = Math.min(place, unread.length - 1);
  const card = unread[at];
  return (
    <div class={`card reader kind-${card.kind}`}>
      <p class="about"><span><Sign kind={card.kind} />{kindName(card.kind)}</span><span>{t('{n} of {of}', { n: at + 1, of: unread.length })}</span></p>
      <p class="reading" dir="auto" role="status">{card.text}</p>
      <div class="row">
        <button type="button" class="plain" disabled={at === 0} aria-label={t('Previous card')} onClick={() => setPlace(at - 1)}>←</button>
        <button type="button" class="grow" onClick={() => act('reveal', { cards: [card.id] })}>{t('Reveal')}</button>
        <button type="button" class="plain" disabled={at === unread.length - 1} aria-label={t('Next card')} onClick={() => setPlace(at + 1)}>→</button>
      </div>
      <HoldBack key={card.id} card={card} />
    </div>
  );
}
