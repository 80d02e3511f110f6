// Holding a card back: one tap on a ready sentence, or one's own words. Whoever wrote the card reads it.
import { t } from '../../page/i18n.js';
import { act } from '../../sync/workshop.js';
import { useDraft } from './drafts.js';
import { Excess, excessOf } from './excess.jsx';

// None asks to come and talk: in an anonymous workshop that would tell who wrote it.
const READY = () => [
  t('Somebody can be recognised in it. Could you put it without that?'),
  t('It may hurt somebody. Could you say it differently?'),
  t('We shall talk about it later, together.'),
];

/** @param {{ card: any, done?: () => void }} props */
export function HoldBack({ card, done = () => {} }) {
  const [own, setOwn] = useDraft(`hold:${card.id}`);
  /** @param {string} reason */
  const hold = (reason) => {
    act('hold_card', { card: card.id, reason });
    setOwn('');
    done();
  };
  return (
    <div class="hold-back" role="group" aria-labelledby={`why-${card.id}`}>
      <p class="hint" id={`why-${card.id}`}>{t('To hold it back, say why. Whoever wrote it reads this, and may write it anew:')}</p>
      {READY().map((sentence) => <button type="button" class="plain" key={sentence} onClick={() => hold(sentence)}>{sentence}</button>)}
      <form class="row tight" onSubmit={(event) => { event.preventDefault(); hold(own); }}>
        <input
          class="grow" type="text" aria-label={t('In your own words')} placeholder={t('In your own words')} aria-describedby={`excess-${card.id}`}
          value={own} onInput={(event) => setOwn(event.currentTarget.value)}
        />
        <button disabled={!own.trim() || excessOf(own) > 0}>{t('Hold back')}</button>
      </form>
      <Excess id={`excess-${card.id}`} texts={[own]} />
    </div>
  );
}
