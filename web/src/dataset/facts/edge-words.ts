/** Articles, which guidelines put into a name or leave out, by language. */
const ARTICLES: Readonly<Record<string, string>> = {
  de: 'der die das den dem des ein eine einen einem einer eines',
  en: 'the a an',
  es: 'el la los las un una unos unas',
  fr: "le la les l' l’ un une des",
  it: "il lo la i gli le l' l’ un uno una",
  nl: 'de het een',
  pt: 'o a os as um uma',
};

/** Whether a word at the edge of a span may belong to it or not: an article of the language (BCP 47 tag), or nothing but punctuation. */
export function edgeWordTest(language: string): (word: string) => boolean {
  const articles = new Set(ARTICLES[language.toLowerCase().split('-')[0]!]?.split(' '));
  return (word) => articles.has(word.toLowerCase()) || /^\p{P}+$/u.test(word);
}
