// Splitting a theme: choose some of its cards, and name what they make together.
import { useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act } from '../../sync/workshop.js';
import { Check } from './parts.jsx';

/** @param {{ theme: any, within: any[] }} props */
export function Split({ theme, within }) {
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  const [title, setTitle] = useState('');
  const leaving = within.map((card) => card.id).filter((id) => chosen.includes(id));
  if (within.length < 2) return null;
  return (
    <details>
      <summary>{t('Split the theme')}</summary>
      <form
        class="block"
        onSubmit={(event) => {
          event.preventDefault();
          act('split_theme', { theme: theme.id, new: recordId('theme'), title: title.trim(), cards: leaving });
          setChosen([]);
          setTitle('');
        }}
      >
        {within.map((card) => (
          <Check
            key={card.id} label={card.text} checked={leaving.includes(card.id)}
            change={(checked) => setChosen(checked ? [...leaving, card.id] : leaving.filter((id) => id !== card.id))}
          />
        ))}
        <label for="split-title">{t('Name of the new theme')}</label>
        <input id="split-title" type="text" data-most="200" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        <button disabled={!leaving.length || !title.trim()}>{t('Split off')}</button>
      </form>
    </details>
  );
}
