// Taking the workshop away as a file: each kind of file with what it is good for. As much is in it as one may see.
import { useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { isFacilitator, notice, workshop } from '../../sync/workshop.js';
import { download } from './download.js';
import { Check } from './parts.jsx';

/** What each is called, and what it is good for; in the order in which most want them. @returns {[string, string, string][]} */
const forms = () => [
  ['pdf', 'PDF', t('The report, to send or print: boat, themes by votes, actions')],
  ['docx', 'Word', t('The same report, to go on writing in')],
  ['png', 'PNG', t('The picture of the boat, for slides and messages')],
  ['svg', 'SVG', t('The same picture, sharp at any size')],
  ['xlsx', 'Excel', t('Cards, themes, votes and actions as sheets')],
  ['csv', 'CSV', t('One row for each card, for any spreadsheet')],
  ['md', 'Markdown', t('The report as plain text, for a wiki or a mail')],
  ['json', 'JSON', t('The board, card by card, for other programs')],
];

export default function Exports() {
  const [making, setMaking] = useState('');
  const [names, setNames] = useState(false);
  // In an anonymous workshop there is nobody to name.
  const mayName = isFacilitator.value && !workshop.value?.settings.anonymous;
  const fetchFile = async (/** @type {string} */ form) => {
    setMaking(form);
    const refusal = await download(`export.${form}`, mayName && names ? { names: '1' } : {}).catch(() => t('The server cannot be reached. Please try again.'));
    if (refusal) say(refusal);
    setMaking('');
  };
  return (
    <section aria-labelledby="exports-title">
      <h2 id="exports-title">{t('Take it away')}</h2>
      <p class="hint">{t('At any time, as far as the workshop is, and with what you may see of it.')}</p>
      {mayName && <Check label={t('With the names of who wrote what')} checked={names} change={setNames} />}
      <ul class="list exports">
        {forms().map(([form, name, use]) => (
          <li key={form} class="row tight">
            <button type="button" aria-describedby={`export-${form}`} aria-busy={making === form} disabled={Boolean(making)} onClick={() => fetchFile(form)}>
              {making === form ? '…' : name}
            </button>
            <span id={`export-${form}`} class="grow hint">{use}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** @param {string} text */
const say = (text) => {
  notice.value = { text, kind: 'wrong' };
};
