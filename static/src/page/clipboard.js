// Into the clipboard: without https, where browsers give no access to it, by way of a field that is selected and copied.

/** @param {string} text @returns {Promise<boolean>} false: it must be copied by hand */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.style.cssText = 'position: fixed; opacity: 0';
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    return isCopied;
  }
}
