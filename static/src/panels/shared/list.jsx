// The board as a list that reads in order: the same acts, without seeing or dragging.
import '../first_load.js';
import { useEffect, useState } from 'preact/hooks';
import { KINDS } from '../../board/scene.js';
import { finds } from '../../page/folding.js';
import { labelled, t } from '../../page/i18n.js';
import { cards, themes } from '../../sync/workshop.js';
import { CardLine } from './card.jsx';
import { ActHere, VoteCount } from './voting.jsx';
import { kindMeaning, kindName } from './words.js';

/** @param {{ open: (id: string) => void, onSearch: (text: string) => void }} props onSearch: what is sought, nothing at the end */
export function BoardList({ open, onSearch }) {
  const [sought, setSought] = useState('');
  useEffect(() => onSearch(sought), [sought]);
  useEffect(() => () => onSearch(''), []);
  const says = (/** @type {any} */ card) => finds([card.text || ''], sought);
  const matches = cards.value.filter(says);
  const alone = matches.filter((card) => !card.theme);
  const heaviest = (/** @type {any} */ one, /** @type {any} */ other) => other.weight - one.weight;
  return (
    <section class="panel" aria-labelledby="list-title">
      <h2 id="list-title">{t('All the cards')}</h2>
      <div class="field">
        <label for="search">{t('Search')}</label>
        <input
          id="search" type="search" value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      </div>
      {themes.value.map((theme) => {
        const within = matches.filter((card) => card.theme === theme.id).sort(heaviest);
        return within.length || !sought ? (
          <section key={theme.id}>
            <h3 dir="auto">{theme.title} <VoteCount target={theme.id} /></h3>
            {theme.note && <p class="hint" dir="auto">{theme.note}</p>}
            <ActHere record={theme} />
            <ul class="list">{within.map((card) => <CardLine key={card.id} card={card} open={open} />)}</ul>
            <button type="button" class="plain" onClick={() => open(theme.id)}>{t('Open the theme')}</button>
          </section>
        ) : null;
      })}
      {KINDS.map((kind) => {
        const ofKind = alone.filter((card) => card.kind === kind).sort(heaviest);
        return (
          <section key={kind}>
            <h3>{labelled(kindName(kind), kindMeaning(kind))} ({ofKind.length})</h3>
            <ul class="list">
              {ofKind.map((card) => (
                <CardLine key={card.id} card={card} open={open}><VoteCount target={card.id} /><ActHere record={card} /></CardLine>
              ))}
            </ul>
          </section>
        );
      })}
    </section>
  );
}
