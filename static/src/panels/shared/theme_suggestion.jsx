// The themes proposed for one card, the likeliest first, under the menu of all of them.
import { useEffect } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { act, get } from '../../sync/workshop.js';
import { proposals, propose } from './suggestions.js';

/** @param {{ card: string }} props */
export default function Proposed({ card }) {
  useEffect(() => {
    propose({ quiet: true });
  }, [card]);
  const suggestions = (proposals.value?.cards || []).filter((proposal) => proposal.card === card && get(proposal.theme));
  if (!suggestions.length) return null;
  return (
    <div class="row" role="group" aria-label={t('Proposed themes')}>
      <span class="hint">{t('Perhaps in:')}</span>
      {suggestions.map(({ theme }) => (
        <button type="button" class="plain" key={theme} onClick={() => act('put_in_theme', { card, theme })}>{get(theme).title}</button>
      ))}
    </div>
  );
}
