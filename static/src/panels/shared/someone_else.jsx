// "I am someone else": this browser passes into other hands; what would be lost with that is said before.
import { useState } from 'preact/hooks';
import { plural, t } from '../../page/i18n.js';
import { unsent } from '../../sync/traces.js';
import { forgetMe } from '../../sync/workshop.js';

export function SomeoneElse() {
  const [waiting, setWaiting] = useState(0);
  const [stuck, setStuck] = useState(false);
  const erase = async () => setStuck(!(await forgetMe()));
  const ask = async () => {
    const count = await unsent();
    if (count) setWaiting(count);
    else await erase();
  };
  return (
    <div>
      {stuck && <p class="wrong" role="alert">{t('Without a connection the library of this browser cannot be closed. Nothing was erased; try again with one.')}</p>}
      {waiting ? (
        <div class="block" role="alert">
          <p>{plural(waiting, t('{n} entry has not been sent yet and would be lost.'), t('{n} entries have not been sent yet and would be lost.'))}</p>
          <div class="row">
            <button type="button" class="danger" onClick={erase}>{t('Erase it and go on')}</button>
            <button type="button" class="plain" onClick={() => setWaiting(0)}>{t('Stay')}</button>
          </div>
        </div>
      ) : (
        <button type="button" class="plain" onClick={ask}>{t('I am someone else')}</button>
      )}
    </div>
  );
}
