// The facilitator link: to copy, to scan with a second device, to renew.
import '../first_load.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { page } from '../../page/page.js';
import { act, ask, facilitatorKey, keepKey } from '../../sync/workshop.js';

export function CoFacilitators() {
  const [sure, setSure] = useState(false);
  const [key, setKey] = useState(facilitatorKey());
  const renew = async () => {
    setSure(false);
    const answer = await act('renew_key');
    if (answer.ok && answer.key) setKey(keepKey(answer.key));
  };
  return (
    <div class="block">
      <h3>{t('Facilitator link')}</h3>
      <p class="hint">{t('For your second device or a co-facilitator. Renewing it ends the old link and the roles others got by it.')}</p>
      {key && <Link key={key} url={`${page.join_url}/facilitate#key=${key}`} />}
      {sure ? (
        <button type="button" class="danger" onClick={renew}>{t('Yes, end the old link')}</button>
      ) : (
        <button type="button" class="plain" onClick={() => setSure(true)}>{t('Renew the link')}</button>
      )}
    </div>
  );
}

/** @param {{ url: string }} props */
function Link({ url }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [status, setStatus] = useState('');
  const copy = async () => setStatus((await isCopied(url, field.current)) ? t('Copied.') : t('This browser does not copy. The link is selected: copy it with its menu.'));
  return (
    <>
      <p><input type="text" readOnly ref={field} aria-label={t('Facilitator link')} value={url} onFocus={(event) => event.currentTarget.select()} /></p>
      <div class="row">
        <button type="button" class="plain" onClick={copy}>{t('Copy the link')}</button>
        <Picture />
      </div>
      {status && <p class="hint" role="status">{status}</p>}
    </>
  );
}

/**
 * Browsers copy by themselves only on https; elsewhere an old way may do.
 * @param {string} text
 * @param {HTMLInputElement | null} field which holds it
 */
async function isCopied(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.select();
    return document.execCommand('copy');
  }
}

/** The link as a QR code, once asked for: whoever sees it can facilitate. */
function Picture() {
  const [picture, setPicture] = useState('');
  const [fault, setFault] = useState('');
  useEffect(() => () => URL.revokeObjectURL(picture), [picture]);
  const show = async () => {
    setFault('');
    try {
      const response = await ask('facilitator-qr.svg');
      if (response.ok) setPicture(URL.createObjectURL(await response.blob()));
      else setFault((await response.json()).error.message);
    } catch {
      setFault(t('The server cannot be reached. Please try again.'));
    }
  };
  if (!picture) {
    return (
      <>
        <button type="button" class="plain" onClick={show}>{t('Show it as a QR code')}</button>
        {fault && <p class="hint" role="status">{fault}</p>}
      </>
    );
  }
  return (
    <div>
      <img class="qr" src={picture} alt={t('QR code of the facilitator link')} />
      <p class="hint">{t('Whoever scans this can facilitate: do not show it to the room.')}</p>
      <button type="button" class="plain" onClick={() => setPicture('')}>{t('Hide it')}</button>
    </div>
  );
}
