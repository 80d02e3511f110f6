// The boat before the island, drawn small for the page where one joins. Text, without imports: parts that are fetched
// later and share code with the first load would split that into more files.

export const HARBOUR = `<svg viewBox="0 0 328 112" aria-hidden="true">
<path class="hill-far" d="M190 100c20-18 44-34 62-26 26-4 44 12 66 26z" />
<path class="hill" d="M218 100c18-6 34-22 54-18 18 2 34 12 52 18z" />
<path class="trunk" d="M212 100c-2-22 2-34 9-46l4 2c-6 12-8 24-5 44z" />
<path class="leaf" d="M222 55c-9-7-17-6-22 1 7-2 14-2 22-1-7-2-13 4-14 11 4-6 9-9 14-11-1-8 0-14-5-19-1 8 1 14 5 19 4-7 10-11 17-11-4 5-9 9-17 11 8-1 15 2 18 9-6-5-12-7-18-9z" />
<path class="flag" d="M262 44c6-3 12 3 19 0v14c-7 3-13-3-19 0z" />
<path class="mast" d="M261 43h2v40h-2zM73 6h4v86h-4z" />
<path class="flag" d="M77 6c5-3 10 3 15 0v9c-5 3-10-3-15 0z" />
<path class="sheet" d="M70 22v60H44c14-18 22-38 26-60zM80 16c24 14 38 38 40 66H80z" />
<path class="flag" d="M92 52l9 18H84z" />
<path class="planks" d="M38 88h82c-3 15-10 22-20 22H60c-12 0-19-7-22-22z" />
<path class="sea-top" d="M-123 99q20-9 41 0t41 0 41 0 41 0 41 0 41 0 41 0 41 0 41 0 41 0 41 0 41 0 41 0v13h-574z" />
</svg>`;
