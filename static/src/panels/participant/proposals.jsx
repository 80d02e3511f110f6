// Groups proposed by likeness: each is taken as it is, renamed first, or left alone. Nothing happens by itself.
import { useState } from 'preact/hooks';
import { plural, t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act, get } from '../../sync/workshop.js';
import { proposals, propose } from '../shared/suggestions.js';

export default function Proposals() {
  const [left, setLeft] = useState(/** @type {Set<string>} */ (new Set()));
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    setLeft(new Set());
    await propose();
    setAsking(false);
  };
  const loose = (/** @type {string} */ id) => get(id) && !get(id).theme && !get(id).deleted;
  const groups = (proposals.value?.themes || [])
    .map((group) => ({ ...group, key: group.cards.join(), cards: group.cards.filter(loose) }))
    .filter((group) => group.cards.length > 1 && !left.has(group.key));
  return (
    <div class="block">
      <button type="button" class="plain" disabled={asking} onClick={ask}>{asking ? t('Looking for groups…') : t('Propose groups')}</button>
      <p class="hint">{t('Cards that look alike, by their words. You decide: nothing is grouped by itself.')}</p>
      <div role="status">
        {proposals.value && !asking && <p class="hint">{groups.length ? plural(groups.length, t('{n} group proposed'), t('{n} groups proposed')) : t('No cards look alike enough to propose a group.')}</p>}
      </div>
      <ul class="list">
        {groups.map((group) => <Group key={group.key} group={group} leave={() => setLeft(new Set(left).add(group.key))} />)}
      </ul>
    </div>
  );
}

/** @param {{ group: { title: string, cards: string[], key: string }, leave: () => void }} props */
function Group({ group, leave }) {
  const [title, setTitle] = useState(group.title);
  return (
    <li class="block">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act('add_theme', { theme: recordId('theme'), title: title.trim(), cards: group.cards });
        }}
      >
        <input type="text" aria-label={t('A name for these {n} cards', { n: group.cards.length })} data-most="200" value={title} dir="auto" onInput={(event) => setTitle(event.currentTarget.value)} />
        <ul class="hint">{group.cards.map((id) => <li key={id} dir="auto">{get(id)?.text}</li>)}</ul>
        <div class="row">
          <button disabled={!title.trim()}>{t('Make a theme')}</button>
          <button type="button" class="plain" onClick={leave}>{t('Leave it')}</button>
        </div>
      </form>
    </li>
  );
}
