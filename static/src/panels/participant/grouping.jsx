// Themes by many hands: choose cards in a list, name them together; or drag them on the board.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { plural, t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act, cards, themes } from '../../sync/workshop.js';
import { lazy } from '../shared/lazy.jsx';
import { Check } from '../shared/parts.jsx';

const Proposals = lazy(() => import('./proposals.jsx').then((file) => file.default));

/** @param {{ open: (id: string) => void }} props */
export function Grouping({ open }) {
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  const [title, setTitle] = useState('');
  const [sought, setSought] = useState('');
  const alone = cards.value.filter((card) => !card.theme && card.text !== undefined);
  const shown = alone.filter((card) => card.text.toLocaleLowerCase().includes(sought.toLocaleLowerCase()));
  const still = chosen.filter((id) => alone.some((card) => card.id === id));
  const toggle = (/** @type {string} */ id) => setChosen(still.includes(id) ? still.filter((other) => other !== id) : [...still, id]);
  const put = async (/** @type {string} */ theme) => {
    for (const card of still) act('put_in_theme', { card, theme });
    setChosen([]);
  };
  return (
    <section aria-labelledby="group-title">
      <h2 id="group-title" class="act" tabIndex={-1}>{t('Themes')}</h2>
      <ul class="list">
        {themes.value.map((theme) => (
          <li key={theme.id} class="row tight">
            <button type="button" class="plain grow" onClick={() => open(theme.id)}>
              {theme.title} ({cards.value.filter((card) => card.theme === theme.id).length})
            </button>
            {still.length > 0 && <button type="button" onClick={() => put(theme.id)} aria-label={t('Put the chosen cards in {theme}', { theme: theme.title })}>{t('Put here')}</button>}
          </li>
        ))}
      </ul>
      {still.length > 0 && (
        <form
          class="block"
          onSubmit={(event) => {
            event.preventDefault();
            act('add_theme', { theme: recordId('theme'), title: title.trim(), cards: still });
            setChosen([]);
            setTitle('');
          }}
        >
          <label for="new-theme">{plural(still.length, t('A name for this card'), t('A name for these {n} cards'))}</label>
          <input id="new-theme" type="text" maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
          <button class="primary" disabled={!title.trim()}>{t('Make a theme')}</button>
        </form>
      )}
      <h3>{plural(alone.length, t('{n} card without a theme'), t('{n} cards without a theme'))}</h3>
      {alone.length > 1 && <Proposals />}
      <input type="search" aria-label={t('Search')} placeholder={t('Search')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
      <ul class="list">
        {shown.map((card) => (
          <li key={card.id} class={`card kind-${card.kind}`}>
            <Check label={card.text} checked={still.includes(card.id)} change={() => toggle(card.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
