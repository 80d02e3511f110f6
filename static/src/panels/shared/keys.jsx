// Help, under "?": the language, the theme, and the keyboard shortcuts.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { LANGUAGE_NAMES, speak, themeNow, THEMES, wear } from '../../page/appearance.js';
import { t } from '../../page/i18n.js';
import { page } from '../../page/page.js';
import { Sheet } from './parts.jsx';

/** @param {{ close: () => void }} props */
export function Keys({ close }) {
  const keys = [
    ['?', t('Help and display')],
    ['W', t('Write a card')],
    ['B', t('The boat')],
    ['L', t('The board as a list')],
    ['R', t('The room: who is here')],
    ['U', t('Undo my last act')],
    [t('Tab'), t('On the board: from card to card')],
    ['← ↑ → ↓', t('Move the card; with Shift, further')],
    [t('Enter'), t('Open the card')],
    ['+ − 0', t('On the board: closer, further away, all of it')],
    [t('Esc'), t('Close')],
  ];
  return (
    <Sheet title={t('Help and display')} close={close}>
      <Display />
      <h3>{t('Keyboard shortcuts')}</h3>
      <dl class="keys">
        {keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}
      </dl>
    </Sheet>
  );
}

function Display() {
  const [theme, setTheme] = useState(themeNow());
  const names = { '': t('As this device has it'), day: t('Day'), night: t('Night'), contrast: t('High contrast') };
  return (
    <>
      <div class="field" role="group" aria-label={t('Language')}>
        <div class="row">
          {page.languages.map((language) => (
            <button type="button" class="plain" key={language} lang={language} aria-pressed={language === page.language} onClick={() => speak(language)}>
              {LANGUAGE_NAMES[language] || language}
            </button>
          ))}
        </div>
      </div>
      <div class="field">
        <label for="appearance">{t('Appearance')}</label>
        <select id="appearance" value={theme} onChange={(event) => { const chosen = /** @type {typeof theme} */ (event.currentTarget.value); wear(chosen); setTheme(chosen); }}>
          {THEMES.map((one) => <option key={one} value={one}>{names[one]}</option>)}
        </select>
      </div>
    </>
  );
}
