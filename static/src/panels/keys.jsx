// The keyboard shortcuts, under "?".
import './core.js';
import { t } from '../i18n.js';
import { Sheet } from './parts.jsx';

/** @param {{ close: () => void }} props */
export function Keys({ close }) {
  const keys = [
    ['?', t('Keyboard shortcuts')],
    ['W', t('Write a card')],
    ['L', t('The board as a list')],
    ['R', t('The room: who is here')],
    ['U', t('Undo my last act')],
    [t('Tab'), t('On the board: from card to card')],
    ['← ↑ → ↓', t('Move the card; with Shift, further')],
    [t('Enter'), t('Open the card')],
    [t('Esc'), t('Close')],
  ];
  return (
    <Sheet title={t('Keyboard shortcuts')} close={close}>
      <dl class="keys">
        {keys.map(([key, what]) => <div class="row tight" key={key}><dt><strong>{key}</strong></dt><dd>{what}</dd></div>)}
      </dl>
    </Sheet>
  );
}
