"""Sub-tokens of odd words by Hugging Face's own tokenizers library (0.23.3), words given apart as in CoNLL files.

    python test/oracle/tokenizers_reference.py <folder of all-MiniLM-L6-v2>        (after npm run tiny)

Writes test/fixtures/tokenizers/
  minilm.json          { words: [{ words, ids, wordIds }], texts: [{ text, ids }] }: WordPiece of MiniLM (needs its tokenizer.json)
  tiny.json            the same by the cased WordPiece of web/public/models/tiny
  roberta/tokenizer.json, roberta.json   a byte-level BPE trained here on the sentences below, as RoBERTa's; same layout
ids are without special tokens. `words` were encoded with is_pretokenized and a leading space (add_prefix_space);
`texts` as running text with a leading space before the first word.
"""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers, decoders, AddedToken

FIXTURES = Path(__file__).parent.parent / "fixtures" / "tokenizers"

SENTENCES = [
    "Maria Jensen flew from Copenhagen to New York on 12 May 1987 .",
    "EU rejects German call to boycott British lamb .",
    "@user99 omg #NYC is sooooo cold 😂😂 http://t.co/aBc123 RT",
    "The U.S. dollar rose 3.5% to $1,234.56 ( up from €1,100 ) .",
    "São Paulo and Zürich , then Łódź , Ærø and Kraków",
    "naïve café résumé Ångström façade coöperate",
    "ΟΔΟΣ Σίσυφος ΣΑΣ Αθήνα",
    "İstanbul DİYARBAKIR ıssız",
    "Straße GROẞ ﬁnance ﬀ Ⅳ ²",
    "北京 大学 東京 서울 ソウル こんにちは",
    "Привет Москва ёлка Й",
    "مرحبا بالعالم שלום नमस्ते สวัสดี",
    "👩‍👩‍👧‍👦 🇩🇰 👍🏽 ❤️ ☃ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚",
    "don't John's we'll 'tis rock'n'roll o’clock “quoted” ‘q’",
    "state-of-the-art e-mail — – … C++ C# .NET a/b and/or AT&T",
    "[CLS] [SEP] [MASK] [UNK] <s> </s> <mask> x[MASK]y a<mask>b",
    "a\u0301 e\u0301te\u0301 \u1e69 s\u0323\u0307 q\u0307\u0323",
    "soft\u00adhyphen zero\u200bwidth nb\u00a0space tab\there",
    "\u202eright \u2066iso\u2069 \u3000wide ！？（全角）",
    "ÀÈÌ ÑÕÃ ŸŽ ǅ ǆ ŉ ß ſ",
    "x" * 90 + " " + "y" * 101 + " " + "Donaudampfschifffahrtsgesellschaftskapitän" * 2,
    "___ _a_ __init__ snake_case camelCase 1st 2nd 3.14 1e-5 0x1F ½ ¾",
    "$ ^ ` ~ + < = > | \\ / * & % # @ ! ? ; : , . - ( ) [ ] { } \" '",
    "IL-2 NF-κB α-synuclein 5′-UTR p<0.05 H₂O μm °C",
    "\u0e01\u0e33 ประเทศไทย \u1100\u1161 \uac00 ក្រុង",
    "Ꭰ ꭰ Ⴀ ა Ა ᲀ Ω Ω K Å",
]
# Left out: U+FEFF inside a word, which JavaScript's \\s takes for white space and the reference doesn't (byte-level BPE only).

TEXTS = [
    "Maria Jensen flew from Copenhagen (Denmark) to New York, then home.",
    "Hello, world! It rained: 3 days; 12 nights - \"wow\" it is (really) so.",
    "São Paulo 3.5% and 北京大学, 東京タワー 😂",
    "one  two\tthree\nfour   five",
]


def record(tokenizer):
    lists = [sentence.split(" ") for sentence in SENTENCES]
    words = []
    for words_of in lists:
        encoding = tokenizer.encode(words_of, is_pretokenized=True, add_special_tokens=False)
        words.append({"words": words_of, "ids": encoding.ids, "wordIds": encoding.word_ids})
    texts = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in TEXTS]
    return {"words": words, "texts": texts}


def write(name, value):
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def published(folder, name):
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    write(name, record(tokenizer))


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = [AddedToken(t, special=True, normalized=False) for t in ["<s>", "<pad>", "</s>", "<unk>"]]
    special.append(AddedToken("<mask>", special=True, normalized=False, lstrip=True))
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator([s for s in SENTENCES + TEXTS for _ in range(3)], trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    (FIXTURES / "roberta").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(FIXTURES / "roberta" / "tokenizer.json"), pretty=False)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    write("roberta.json", record(tokenizer))


if __name__ == "__main__":
    published(sys.argv[1], "minilm.json")
    published(Path(__file__).parent.parent.parent / "web" / "public" / "models" / "tiny", "tiny.json")
    roberta()
