// Writing a card: kind, text, weight. Done sends; the text is kept as a draft until the outbox has it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { stepOf } from '../../board/scene.js';
import { number, plural, t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { isComposing } from '../../page/keyboard.js';
import { page } from '../../page/page.js';
import { Drafts } from '../../sync/draft.js';
import { actAll, cards, isFacilitator, me, notice, waitingCards, withdraw, workshop } from '../../sync/workshop.js';
import { Arrival, fly } from '../shared/arrival.jsx';
import { Excess, excessOf } from '../shared/excess.jsx';
import { KindPicker, WeightPicker } from '../shared/parts.jsx';
import { Unfinished } from '../shared/unsent.jsx';
import { kindPrompt, strengthName, strengthQuestion } from '../shared/words.js';
import { cardText, linesOf } from './pasted_lines.js';

/** @typedef {import('../shared/words.js').Kind} Kind */

const MANY = 20; // cards at once that nobody sends by mistake

/** @param {{ isTime: boolean }} props whether cards may be written now; what is half-written stays in sight anyway */
export function Compose({ isTime }) {
  const open = workshop.value?.kinds_open || [];
  const choices = isFacilitator.value && !open.length ? /** @type {any} */ (['wind', 'anchor', 'shark']) : open;
  const card = useCardDraft();
  const { text, setText, wanted, weight, forWhom, anonymous } = card;
  const [isAsking, setAsking] = useState(false);
  const [sent, setSent] = useState(/** @type {string[]} */ ([]));
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  /** @type {Kind | null} */
  const kind = wanted && choices.includes(wanted) ? wanted : choices.length === 1 ? choices[0] : null;
  if (!isTime || !choices.length) {
    return (
      <>
        {isTime && <p class="lead">{t('No kind of card is open for the moment.')}</p>}
        {text.trim() && <Unfinished text={text} erase={() => setText('')} />}
      </>
    );
  }
  // Pasted lines are as many cards.
  const lines = isFacilitator.value ? linesOf(text) : [cardText(text)].filter(Boolean);
  const isTooLong = lines.some((line) => excessOf(line) > 0);
  const send = (isSure = lines.length <= MANY) => {
    if (!kind || !lines.length || isTooLong) return;
    setAsking(!isSure);
    if (!isSure) return;
    const news = lines.map((line) => ({ card: recordId('card'), kind, text: line, weight, anonymous, ...(forWhom.trim() ? { for: forWhom.trim() } : {}) }));
    if (field.current) fly(field.current, kind);
    actAll('add_card', news);
    setSent(news.map((one) => one.card));
    setText('');
    field.current?.focus();
  };
  /** @param {KeyboardEvent} event Done on a phone is Enter; a new line takes Shift. */
  const key = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !isComposing(event)) {
      event.preventDefault();
      send();
    }
  };
  const prompt = kind && (workshop.value?.prompts[kind] || kindPrompt(kind));
  return (
    <section aria-labelledby="compose-title">
      <h2 id="compose-title" class="visually-hidden">{t('Write a card')}</h2>
      <KindPicker chosen={kind} open={choices} choose={card.setKind} />
      <form onSubmit={(event) => { event.preventDefault(); send(); }}>
        <div class="field">
          <label for="text">{prompt || t('Choose a kind, then write')}</label>
          <textarea
            id="text" class="act" ref={field} rows={3} enterkeyhint="send" value={text} dir="auto" aria-describedby="text-excess"
            onInput={(event) => { setAsking(false); setSent([]); card.setKind(kind); setText(event.currentTarget.value); }} onKeyDown={key}
          />
          {anonymous && <p class="hint">{t('Anonymous: nobody ever learns who wrote what')}</p>}
          <Excess id="text-excess" texts={lines} />
        </div>
        {kind && (
          <div class="field">
            <span class="hint"><span class="question">{strengthQuestion(kind)}</span> <strong class="whole">{strengthName(kind, stepOf(weight))}</strong></span>
            <WeightPicker kind={kind} weight={weight} choose={card.setWeight} />
          </div>
        )}
        {isFacilitator.value && (
          <div class="field">
            <label for="for">{t('On behalf of (someone without a phone)')}</label>
            <input id="for" type="text" data-most="60" value={forWhom} onInput={(event) => card.setForWhom(event.currentTarget.value)} />
            <p class="hint">{t('Several lines pasted at once become several cards.')}</p>
          </div>
        )}
        {isAsking ? (
          <div class="block" role="alert">
            <p>{t('Each line becomes a card: {n} cards. Send them all?', { n: number(lines.length) })}</p>
            <div class="row">
              <button type="button" class="primary" onClick={() => send(true)}>{t('Send {n} cards', { n: number(lines.length) })}</button>
              <button type="button" class="plain" onClick={() => setAsking(false)}>{t('Cancel')}</button>
            </div>
          </div>
        ) : <button class="primary" disabled={!kind || !text.trim() || isTooLong}>{t('Add the card')}</button>}
      </form>
      <Received sent={sent} />
      <Sending giveBack={(rest) => setText([text, rest].filter(Boolean).join('\n'))} />
      {!text.trim() && card.others > 0 && (
        <p><button type="button" class="plain" onClick={card.openOther}>{t('Go on with another card begun on this phone')}</button></p>
      )}
    </section>
  );
}

/** @param {{ sent: string[] }} props ids of the cards that were sent last */
function Received({ sent }) {
  const count = cards.value.filter((card) => !card.waiting && (card.mine || card.author === me.value?.id)).length;
  const show = () => {
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur(); // the keyboard goes
    // Once the page has its tabs again.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById('mine-title')?.scrollIntoView()));
  };
  return (
    <Arrival ids={sent} received={plural(count, t('Received · {n} card'), t('Received · {n} cards'))}>
      <button type="button" class="quiet" onClick={show}>{t('My cards')}</button>
    </Arrival>
  );
}

/** Many cards on their way, and how to stop them. @param {{ giveBack: (text: string) => void }} props */
function Sending({ giveBack }) {
  const count = waitingCards.value;
  if (count <= MANY) return null;
  const stop = () => {
    const texts = withdraw('add_card').map((command) => command.text);
    giveBack(texts.join('\n'));
    notice.value = { text: plural(texts.length, t('{n} card was not sent. Its text is back in the field.'), t('{n} cards were not sent. Their texts are back in the field.')), kind: 'said' };
  };
  return (
    <div class="block" role="status">
      <p>{plural(count, t('{n} card is still on its way.'), t('{n} cards are still on their way.'))}</p>
      <button type="button" class="plain" onClick={stop}>{t('Stop')}</button>
    </div>
  );
}

/** The card that is being written, kept on this device until it is sent. */
function useCardDraft() {
  const [drafts] = useState(() => new Drafts(page.code, 'card'));
  const [draft, setDraft] = useState(() => drafts.open());
  const [wanted, setKind] = useState(/** @type {Kind | null} */ (draft.kind || null));
  const [text, setText] = useState(draft.text || '');
  const [weight, setWeight] = useState(draft.weight ?? 0.5);
  const [forWhom, setForWhom] = useState(draft.forWhom || '');
  const isAnonymous = workshop.value?.settings.anonymous || false;
  // What was promised when the first letter was written holds for the card, whatever has been changed meanwhile.
  const [promised, setPromised] = useState(draft.anonymous ?? isAnonymous);
  const anonymous = text.trim() ? promised : isAnonymous;
  // In the turn of the key that was pressed: a page that closes in the next one has it.
  useLayoutEffect(() => drafts.keep({ text, kind: wanted, weight, forWhom, anonymous }), [text, wanted, weight, forWhom, anonymous]);
  useEffect(() => drafts.onDone((sent) => setText((now) => (now === sent ? '' : now))), []);
  /** @param {string} written */
  const write = (written) => {
    if (!text.trim()) setPromised(isAnonymous);
    setText(written);
  };
  const openOther = () => {
    const other = drafts.open();
    setDraft(other);
    setKind(other.kind || null);
    setPromised(other.anonymous ?? isAnonymous);
    setWeight(other.weight ?? 0.5);
    setForWhom(other.forWhom || '');
    setText(other.text || '');
  };
  return { text, setText: write, wanted, setKind, weight, setWeight, forWhom, setForWhom, anonymous, others: drafts.others(), openOther };
}
