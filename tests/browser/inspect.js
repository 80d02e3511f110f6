// What is wrong with how a page looks now: text cut off, controls too small for a thumb, controls under something else.
(smallest) => {
  const faults = [];
  const dialog = document.querySelector('[role="dialog"]');
  const within = dialog || document.body;
  const name = (el) => `${el.tagName.toLowerCase()}${el.className && el.className.baseVal === undefined ? '.' + String(el.className).trim().replace(/\s+/g, '.') : ''} "${(el.getAttribute('aria-label') || el.textContent || el.id).trim().slice(0, 40)}"`;
  const shown = (el) => el.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && el.getClientRects().length > 0 && !el.closest('.visually-hidden');

  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${innerWidth}`);

  for (const el of within.querySelectorAll('*')) {
    const ways = getComputedStyle(el).overflowX;
    if (['auto', 'scroll'].includes(ways) && el.scrollWidth > el.clientWidth + 1 && !el.matches('input, textarea, select') && shown(el)) {
      faults.push(`scrolls sideways, ${el.scrollWidth} in ${el.clientWidth}: ${name(el).slice(0, 60)}`);
    }
  }

  for (const el of within.querySelectorAll('button, a[href], input, select, textarea, summary')) {
    if (!shown(el)) continue;
    const target = ['checkbox', 'radio'].includes(el.type) && el.closest('label') ? el.closest('label') : el;
    const box = target.getBoundingClientRect();
    if (smallest && (box.width < smallest - 0.5 || box.height < smallest - 0.5)) faults.push(`target ${Math.round(box.width)}x${Math.round(box.height)}: ${name(el)}`);
    const x = box.left + box.width / 2;
    const y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight || !inSight(target, x, y)) continue;
    const top = document.elementFromPoint(x, y);
    if (top && !target.contains(top) && !top.contains(target)) faults.push(`${name(el)} lies under ${name(top)}`);
  }

  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !el || seen.has(el) || !shown(el) || el.closest('noscript, script, style, svg')) continue;
    seen.add(el);
    // An ellipsis says that there is more, and opening says it all.
    const style = getComputedStyle(el);
    const says = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
    if (!says && style.overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 1) faults.push(`cut off: ${name(el)}`);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const text = range.getBoundingClientRect();
    for (let box = el; box && box !== within; box = box.parentElement) {
      const rules = getComputedStyle(box);
      if (rules.webkitLineClamp !== 'none' || rules.textOverflow === 'ellipsis') break;
      if (['auto', 'scroll'].includes(rules.overflowY) || box.classList.contains('window')) break;
      if (!['hidden', 'clip'].includes(rules.overflowX)) continue;
      const edge = box.getBoundingClientRect();
      if (text.right > edge.right + 2 || text.bottom > edge.bottom + 2 || text.left < edge.left - 2) {
        faults.push(`cut off by ${name(box).slice(0, 40)}: ${name(el)}`);
        break;
      }
    }
  }
  return [...new Set(faults)];

  function inSight(el, x, y) {
    for (let box = el.parentElement; box; box = box.parentElement) {
      if (!['auto', 'scroll', 'hidden'].includes(getComputedStyle(box).overflowY)) continue;
      const edge = box.getBoundingClientRect();
      if (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom) return false;
    }
    return true;
  }
}
