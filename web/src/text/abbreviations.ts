/** Words whose full stop belongs to them, in lower case without it. Initials and dotted letters ("J.", "U.S.", "Ph.D.") need no list. */
const ABBREVIATIONS = new Set(
  `adj adm al approx apr assn assoc aug ave bd bldg blvd brig bros ca capt cdr cf cmdr co col comdr corp cpl dec dept dr ed eds esp esq est etc
  feb figs fr fri ft gen gov hon inc incl jan jr jul jun lt ltd ltda maj mar messrs mgr mlle mlles mme mmes mr mrs ms mt mts nov oct pl pp
  pres prof pt pvt rep reps resp rev sec sen sens sep sept sgt sr st sta ste supt tel treas univ viz vol vols vs
  bzw dipl geb gest hr hrsg inkl jh phil str usw vgl zb zzgl av cie dott avv ecc pag sra srta srs dra uds avda gral b c d m p r v`.split(/\s+/),
);

/** Abbreviations only where a number follows: "No. 5", but "He said no." */
const BEFORE_NUMBER = new Set(['no', 'nos', 'nr', 'art', 'ch', 'sect', 'app', 'fig', 'op']);

/** "J", "U.S", "Ph.D", "e.g": letters in ones and twos with full stops between them. */
const DOTTED = /^\p{L}\p{M}*$|^(?:\p{L}\p{M}*){1,2}(?:\.(?:\p{L}\p{M}*){1,2})+$/u;

/** Whether the full stop after `word` belongs to it. `next` is the character that follows after white space, or ''. */
export function keepsFullStop(word: string, next: string): boolean {
  const tail = word.slice(Math.max(word.lastIndexOf('-'), word.lastIndexOf('\u2019'), word.lastIndexOf("'"), word.lastIndexOf('/')) + 1);
  if (DOTTED.test(tail)) return tail.length > 1 || tail !== tail.toLowerCase() || ABBREVIATIONS.has(tail);
  const lower = tail.toLowerCase();
  return ABBREVIATIONS.has(lower) || (BEFORE_NUMBER.has(lower) && /\p{N}/u.test(next));
}
