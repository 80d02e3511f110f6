// Writing a card: kind, text, weight. Done sends; the text is kept as a draft until the outbox has it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { plural, t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { draftOf, keepDraft, onDraftDone } from '../../sync/draft.js';
import { act, isFacilitator, owner, workshop } from '../../sync/workshop.js';
import { KindPicker, WeightPicker } from '../shared/parts.jsx';
import { kindPrompt } from '../shared/words.js';

const LIMIT = 500;

export function Compose() {
  const open = workshop.value?.kinds_open || [];
  const choices = isFacilitator.value && !open.length ? /** @type {any} */ (['wind', 'anchor', 'shark']) : open;
  const whose = owner.value;
  const [draft] = useState(() => draftOf(whose));
  const [wanted, setKind] = useState(/** @type {import('../shared/words.js').Kind | null} */ (draft.kind || null));
  const [text, setText] = useState(draft.text || '');
  const [weight, setWeight] = useState(draft.weight ?? 0.5);
  const [forWhom, setForWhom] = useState(draft.forWhom || '');
  const isAnonymous = workshop.value?.settings.anonymous || false;
  // What was promised when the first letter was written holds for the card, whatever has been changed meanwhile.
  const [promised, setPromised] = useState(draft.anonymous ?? isAnonymous);
  const anonymous = text.trim() ? promised : isAnonymous;
  // In the turn of the key that was pressed: a page that closes in the next one has it.
  useLayoutEffect(() => keepDraft(whose, { text, kind: wanted, weight, forWhom, anonymous }), [whose, text, wanted, weight, forWhom, anonymous]);
  useEffect(() => onDraftDone(whose, (sent) => setText((now) => (now === sent ? '' : now))), [whose]);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  /** @type {import('../shared/words.js').Kind | null} */
  const kind = wanted && choices.includes(wanted) ? wanted : choices.length === 1 ? choices[0] : null;
  if (!choices.length) return <p class="lead">{t('No kind of card is open for the moment.')}</p>;

  /** @param {string} written */
  const write = (written) => {
    if (!text.trim()) setPromised(isAnonymous);
    setText(written);
  };
  const send = () => {
    // Pasted lines are as many cards.
    const lines = isFacilitator.value ? text.split('\n').map((line) => line.trim()).filter(Boolean) : [text.trim()].filter(Boolean);
    if (!kind || !lines.length) return;
    for (const line of lines) {
      act('add_card', { card: recordId('card'), kind, text: line, weight, anonymous, ...(forWhom.trim() ? { for: forWhom.trim() } : {}) });
    }
    setText('');
    field.current?.focus();
  };
  /** @param {KeyboardEvent} event Done on a phone is Enter; a new line takes Shift. */
  const key = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  };
  const prompt = kind && (workshop.value?.prompts[kind] || kindPrompt(kind));
  return (
    <section aria-labelledby="compose-title">
      <h2 id="compose-title" class="visually-hidden">{t('Write a card')}</h2>
      <KindPicker chosen={kind} open={choices} choose={setKind} />
      <form onSubmit={(event) => { event.preventDefault(); send(); }}>
        <div class="field">
          <label for="text">{prompt || t('Choose a kind, then write')}</label>
          <textarea
            id="text" ref={field} rows={3} maxLength={isFacilitator.value ? undefined : LIMIT} enterkeyhint="send" value={text} dir="auto"
            onInput={(event) => write(event.currentTarget.value)} onKeyDown={key}
          />
          {anonymous && <p class="hint">{t('Anonymous: nobody ever learns who wrote what')}</p>}
          {text.length > LIMIT - 80 && <p class="hint">{plural(LIMIT - text.length, t('{n} character left'), t('{n} characters left'))}</p>}
        </div>
        <div class="field">
          <span class="hint">{t('How much does it weigh?')}</span>
          <WeightPicker weight={weight} choose={setWeight} />
        </div>
        {isFacilitator.value && (
          <div class="field">
            <label for="for">{t('On behalf of (someone without a phone)')}</label>
            <input id="for" type="text" maxLength={60} value={forWhom} onInput={(event) => setForWhom(event.currentTarget.value)} />
            <p class="hint">{t('Several lines pasted at once become several cards.')}</p>
          </div>
        )}
        <button class="primary" disabled={!kind || !text.trim()}>{t('Add the card')}</button>
      </form>
    </section>
  );
}
