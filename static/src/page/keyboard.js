// Keys, as input methods leave them: for Japanese, Chinese or Korean, Enter chooses a word and Escape gives it up.

/** Whether a key belongs to a word that is being composed. Safari ends that before the key, and marks it by its code. @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
