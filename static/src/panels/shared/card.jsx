// A card in a list: what it says, what is known of it, whether it has arrived.
import { stepOf } from '../../board/scene.js';
import { labelled, number, t } from '../../page/i18n.js';
import { get, me } from '../../sync/workshop.js';
import { nameOf, Sign } from './parts.jsx';
import { strengthName } from './words.js';

/**
 * @param {{ card: any, open?: (id: string) => void, state?: boolean, children?: any }} props state: say waiting or received
 */
export function CardLine({ card, open, state, children }) {
  const theme = card.theme && get(card.theme);
  const mine = card.mine || (card.author && card.author === me.value?.id);
  return (
    <li class={`card kind-${card.kind}`}>
      <p dir="auto">{card.text === undefined ? t('Hidden for now') : card.text}</p>
      <div class="about">
        <span><Sign kind={card.kind} />{strengthName(card.kind, stepOf(card.weight))}</span>
        {card.author && !mine && <span>{nameOf(card.author)}</span>}
        {card.for && <span>{t('{name} (entered by the facilitator)', { name: card.for })}</span>}
        {theme && <span>{theme.title}</span>}
        {card.agrees > 0 && <span>{t('{n} “me too”', { n: number(card.agrees) })}</span>}
        {state && (
          <span class={`state ${card.waiting ? 'waiting' : 'received'}`}>{card.waiting ? t('waiting') : t('received')}</span>
        )}
        {card.held !== undefined && <span class="state waiting">{t('Held back: {reason}', { reason: card.held })}</span>}
      </div>
      {open && card.text !== undefined && (
        <button type="button" class="plain" onClick={() => open(card.id)} aria-label={labelled(t('Open'), card.text)}>{t('Open')}</button>
      )}
      {children}
    </li>
  );
}
