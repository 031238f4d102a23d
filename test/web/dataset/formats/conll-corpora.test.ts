import { describe, expect, it } from 'vitest';
import { kinds, load, show, tokens } from './stream.ts';

describe('files of well-known corpora, as they are published', () => {
  it('CoNLL-2003: four columns with spaces, chunks before entities, document marks', async () => {
    const content = '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\n\n-DOCSTART- -X- -X- O\n\nPeter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER\n';
    const { documents, report } = await load(content, 'eng.train');
    expect(show(documents)).toEqual(['[EU:ORG] rejects [German:MISC]', '[Peter Blackburn:PER]']);
    expect(kinds(report)).toEqual({ 'document-mark': 2 });
    expect(report.layout).toBe('space-separated, 4 columns, BIO tags');
  });

  it('CoNLL-2003 as first released: IOB1 tags, five columns in German', async () => {
    const english = await load('-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nUN NNP I-NP B-ORG\nrejects VBZ I-VP O\n', 'eng.train');
    expect(show(english.documents)).toEqual(['[EU:ORG] [UN:ORG] rejects']);
    expect(english.report.layout).toContain('IOB1');
    const german = await load('-DOCSTART- -X- -X- -X- O\n\nJohn John NNP I-NC I-PER\nrennt rennen VB I-VC O\n', 'deu.train');
    expect(show(german.documents)).toEqual(['[John:PER] rennt']);
  });

  it('CoNLL-2002: three columns, in Dutch a document mark right before the text, in Spanish Latin-1', async () => {
    const dutch = await load('-DOCSTART- -DOCSTART- O\nDe Art O\nvan Prep O\nEde N B-LOC\n', 'ned.train');
    expect(show(dutch.documents)).toEqual(['De van [Ede:LOC]']);
    const bytes = Uint8Array.from('Logroño NP B-LOC\nes VSI O\nbonita AQ O\n', (letter) => letter.charCodeAt(0));
    const spanish = await load(bytes, 'esp.train');
    expect(show(spanish.documents)).toEqual(['[Logro\ufffdo:LOC] es bonita']);
    expect(kinds(spanish.report)).toEqual({ 'invalid-utf-8': 1 });
  });

  it('WNUT-17: sentences parted by a line of a tab', async () => {
    const { documents, report } = await load("@paul\tO\n's\tO\nESB\tB-location\n\t\n\nRT\tO\n", 'emerging.test.annotated');
    expect(show(documents)).toEqual(["@paul 's [ESB:location]", 'RT']);
    expect(report.repairs).toEqual([]);
  });

  it('GermEval: of its two columns of tags the outer is read, and the report says so; sources are comments', async () => {
    const content =
      '#\thttp://de.wikipedia.org/wiki/M [2009-10-17]\n1\tAufgrund\tO\tO\n2\tTexas\tB-ORG\tB-LOC\n3\tRangers\tI-ORG\tO\n\n#\thttp://x [2010-01-01]\n1\t#\tO\tO\n2\tBayern\tB-ORG\tB-LOC\n3\tMünchen\tI-ORG\tB-LOC\n';
    const { documents, report } = await load(content, 'NER-de-train.tsv');
    expect(show(documents)).toEqual(['Aufgrund [Texas Rangers:ORG]', '# [Bayern München:ORG]']);
    expect(kinds(report)).toEqual({ 'other-columns': 1, 'nested-columns': 1, comment: 2 });
    const withoutNested = await load('1\tTexas\tB-LOC\tO\n2\tx\tO\tO\n\n1\ty\tO\tO\n', 'NER-de-dev.tsv');
    expect(show(withoutNested.documents)).toEqual(['[Texas:LOC] x', 'y']);
  });

  it('UNER and CoNLL-U: numbered tokens, comments, lines that stand for several words', async () => {
    const uner = await load('# sent_id = 1\n# text = a b\n1\tAna\tB-PER\t-\tann\n2-3\tdel\t_\t_\t_\n2\tde\tO\t-\tann\n3\tel\tO\t-\tann\n\n1\tx\tO\t-\t-\n', 'en_ewt-ud-train.iob2');
    expect(show(uner.documents)).toEqual(['[Ana:PER] de el', 'x']);
    expect(kinds(uner.report)).toEqual({ 'other-columns': 1, comment: 2, 'word-range': 1 });
    const plus = await load('# newdoc\n1\tAna\tana\tPROPN\tNNP\t_\t2\tnsubj\t_\tB-PER\n2\truns\trun\tVERB\tVB\t_\t0\troot\t_\tO\n', 'a.conllu');
    expect(show(plus.documents)).toEqual(['[Ana:PER] runs']);
  });

  it('MultiCoNER: a comment with a tab in a file of spaces', async () => {
    const { documents, report } = await load('# id 3b3e\tdomain=train\nthe _ _ O\nsteve _ _ B-PER\n', 'en-train.conll');
    expect(show(documents)).toEqual(['the [steve:PER]']);
    expect(kinds(report)).toEqual({ comment: 1 });
  });

  it('OntoNotes in four columns: the last column of tags is taken where another stands before it', async () => {
    const { documents } = await load('What\tWP\tB-NP\tO\nkind\tNN\tI-NP\tO\nUS\tNNP\tB-NP\tB-GPE\n', 'onto.train.ner');
    expect(show(documents)).toEqual(['What kind [US:GPE]']);
  });

  it('a word that begins with -DOCSTART- and goes on is a word', async () => {
    const { documents } = await load('-DOCSTART-like\tO\nb\tB-x\n');
    expect(tokens(documents)).toEqual([['-DOCSTART-like', 'b']]);
  });
});
