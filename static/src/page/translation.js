// Browsers that translate a page put <font> in the place of each text, and whoever draws the page goes on writing into
// texts that nobody sees: headings, timers and states would freeze for good. Here each text is put back behind its
// translation, empty: what is written into it later is seen, and the old translation goes; then the browser translates
// anew. (Preact keeps its texts, and never compares them with the page.)

/** Translations by the texts they stand for. @type {WeakMap<Node, Element>} */
const translations = new WeakMap();
/** Texts that have a translation, by those. @type {WeakMap<Node, Text>} */
const originals = new WeakMap();

const place = document.getElementById('app');
if (place) surviveTranslation(place);

/** @param {Node} root of all that is drawn */
function surviveTranslation(root) {
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'characterData') written(/** @type {Text} */ (record.target));
      else for (const node of record.removedNodes) if (node instanceof Text) removed(node, record);
    }
    observer.takeRecords(); // what was just done here
  });
  observer.observe(root, { childList: true, characterData: true, subtree: true });
}

/** Somebody wrote into a text: the translation of what it said before is out of date. @param {Text} text */
function written(text) {
  const translation = translations.get(text);
  if (!translation || !text.data) return;
  translations.delete(text);
  translation.remove();
}

/** @param {Text} text @param {MutationRecord} record */
function removed(text, record) {
  const translation = translations.get(text);
  if (translation) {
    // Nothing is left to translate.
    if (!text.isConnected) translation.remove();
    return;
  }
  const font = [...record.addedNodes, record.previousSibling, record.nextSibling].find(isTranslation);
  if (!font || text.isConnected || !font.parentNode) return;
  translations.set(text, /** @type {Element} */ (font));
  originals.set(font, text);
  text.data = '';
  font.parentNode.insertBefore(text, font.nextSibling);
}

/** One that no text has yet. @param {Node | null} node */
const isTranslation = (node) => node instanceof Element && node.tagName === 'FONT' && !originals.has(node);
