// Themes by many hands: choose cards in a list, name them together; or drag them on the board.
import '../first_load.js';
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { KINDS } from '../../board/scene.js';
import { finds } from '../../page/folding.js';
import { plural, t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act, actAll, cards, themes } from '../../sync/workshop.js';
import { lazy } from '../shared/lazy.jsx';
import { useMixtureQuestion } from '../shared/mixture.jsx';
import { Check, Sign } from '../shared/parts.jsx';
import { kindsName } from '../shared/words.js';

/** @typedef {import('../shared/words.js').Kind} Kind */

const Proposals = lazy('proposals', () => import('./proposals.jsx').then((file) => file.default));

/** What is ticked outlives a look at another part of the page. @type {import('@preact/signals').Signal<string[]>} */
const chosen = signal(/** @type {string[]} */ ([]));

const isLoose = (/** @type {any} */ card) => !card.theme && card.text !== undefined && card.held === undefined;

/** @param {{ open: (id: string) => void }} props */
export function Grouping({ open }) {
  const [kind, setKind] = useState(/** @type {Kind | null} */ (null));
  const [sought, setSought] = useState('');
  const alone = cards.value.filter(isLoose);
  const shown = alone.filter((card) => (!kind || card.kind === kind) && finds([card.text], sought));
  const still = chosen.value.filter((id) => alone.some((card) => card.id === id));
  const toggle = (/** @type {string} */ id) => (chosen.value = still.includes(id) ? still.filter((other) => other !== id) : [...still, id]);
  return (
    <section aria-labelledby="group-title" class="grouping">
      <h2 id="group-title" class="act" tabIndex={-1}>{t('Themes')}</h2>
      <ul class="list">
        {themes.value.map((theme) => (
          <li key={theme.id} class="row tight">
            <button type="button" class="plain grow" onClick={() => open(theme.id)}>
              {theme.title} ({cards.value.filter((card) => card.theme === theme.id).length})
            </button>
          </li>
        ))}
      </ul>
      <h3>{plural(alone.length, t('{n} card without a theme'), t('{n} cards without a theme'))}</h3>
      {alone.length > 1 && <Proposals />}
      <KindFilter alone={alone} kind={kind} choose={setKind} />
      <input type="search" aria-label={t('Search')} placeholder={t('Search')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
      <ul class="list ticks">
        {shown.map((card) => (
          <li key={card.id} class={`card kind-${card.kind}${still.includes(card.id) ? ' ticked' : ''}`}>
            <Check label={card.text} checked={still.includes(card.id)} change={() => toggle(card.id)} />
          </li>
        ))}
      </ul>
      {still.length > 0 && <TogetherBar still={still} />}
    </section>
  );
}

/** One kind at a time, or all; pressed again, all. @param {{ alone: any[], kind: Kind | null, choose: (kind: Kind | null) => void }} props */
function KindFilter({ alone, kind, choose }) {
  return (
    <div class="kinds filter" role="group" aria-label={t('Kind of card')}>
      {KINDS.map((one) => (
        <button type="button" key={one} class={`kind-${one}`} aria-pressed={kind === one} onClick={() => choose(kind === one ? null : one)}>
          <Sign kind={one} />
          <span>{kindsName(one)} {alone.filter((card) => card.kind === one).length}</span>
        </button>
      ))}
    </div>
  );
}

/** What becomes of the ticked cards: at the bottom, in reach however long the list is. @param {{ still: string[] }} props */
function TogetherBar({ still }) {
  const [title, setTitle] = useState('');
  const [heed, question] = useMixtureQuestion();
  const clear = () => (chosen.value = []);
  const put = (/** @type {string} */ theme) => heed(still, [theme], () => {
    actAll('put_in_theme', still.map((card) => ({ card, theme })));
    clear();
  });
  return (
    <form
      class="together"
      onSubmit={(event) => {
        event.preventDefault();
        heed(still, [], () => {
          act('add_theme', { theme: recordId('theme'), title: title.trim(), cards: still });
          clear();
        });
      }}
    >
      {question}
      <div class="row tight">
        <strong class="grow" role="status">{plural(still.length, t('{n} card ticked'), t('{n} cards ticked'))}</strong>
        <button type="button" class="quiet" onClick={clear}>{t('Untick all')}</button>
      </div>
      <div class="row tight">
        <input
          class="grow" id="new-theme" type="text" data-most="200" value={title} placeholder={t('Name of the theme')} dir="auto"
          aria-label={plural(still.length, t('A name for this card'), t('A name for these {n} cards'))} onInput={(event) => setTitle(event.currentTarget.value)}
        />
        <button class="primary" disabled={!title.trim()}>{t('Make a theme')}</button>
      </div>
      {themes.value.length > 0 && (
        <div class="row into">
          <span>{t('or into')}</span>
          {themes.value.map((theme) => (
            <button type="button" class="plain" key={theme.id} dir="auto" onClick={() => put(theme.id)} aria-label={t('Put the chosen cards in {theme}', { theme: theme.title })}>{theme.title}</button>
          ))}
        </div>
      )}
    </form>
  );
}
