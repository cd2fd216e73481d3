"""
Trains three small tokenizers on sentences of a grammar, and writes down what they make of some texts.

Training does not repeat to the last token; a tokenizer that is there already is kept.
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = Path(__file__).parent

OPENINGS = ['The', 'A', 'This', 'That', 'Every', 'No', 'One', 'Another', "The year's", 'Their']
QUALITIES = [
    'superb', 'moving', 'unwatchable', 'careless', 'remarkable', 'quiet', 'predictable', 'unforgettable', 'tiresome',
    'joyful', 'overlong', 'wonderfully acted', 'badly written', 'thoughtful', 'noisy', 'understated',
]
THINGS = [
    'film', 'story', 'ending', 'soundtrack', 'performance', 'screenplay', 'documentary', 'sequel', 'dialogue', 'café scene',
    'director', 'naïve hero', 'photography', 'opening', 'remake', 'audience',
]
VERBS = ['was', 'seemed', 'becomes', 'remains', 'is said to be', "isn't", "wasn't", 'felt', 'could have been', "won't be"]
ENDINGS = ['.', '!', '?', ', and we left early.', ' (twice).', '; nobody minded.', ' in 2019.', ' — almost.', ': 7/10.']
ADVERBS = ['really', 'hardly', 'surprisingly', 'unbelievably', 'rather', 'never', 'always', 'simply', '']


def sentences(count: int) -> list[str]:
    chance = random.Random(0)
    return [
        ' '.join(
            f'{chance.choice(OPENINGS)} {chance.choice(QUALITIES)} {chance.choice(THINGS)} {chance.choice(VERBS)} '
            f'{chance.choice(ADVERBS)} {chance.choice(QUALITIES)}{chance.choice(ENDINGS)}'.split(' ')
        )
        for _ in range(count)
    ]


TEXTS = [
    'The film was superb.',
    "It isn't unwatchable, really!",
    '  A naïve hero \n\n in a café   (twice); 7/10 — almost.  ',
    'Unbelievably tiresome screenwriting, remarkably overwritten',
    'A joyful 😀 ending … 映画 über alles',
    'UPPER lower MiXeD 2019 12345',
    '[CLS] The [MASK] film <s> </s>',
    'x',
    '',
]


def wordpiece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token='[UNK]'))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
    tokenizer.train_from_iterator(sentences(1000), trainers.WordPieceTrainer(vocab_size=220, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing(
        single='[CLS] $A [SEP]', pair='[CLS] $A [SEP] $B:1 [SEP]:1', special_tokens=[('[CLS]', 2), ('[SEP]', 3)]
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ['<s>', '<pad>', '</s>', '<unk>']
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        sentences(1000), trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet)
    )
    tokenizer.post_processor = processors.RobertaProcessing(('</s>', 2), ('<s>', 0), add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace('…', '...')])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ['<pad>', '</s>', '<unk>']
    tokenizer.train_from_iterator(
        sentences(1000), trainers.UnigramTrainer(vocab_size=200, special_tokens=special, unk_token='<unk>')
    )
    tokenizer.post_processor = processors.TemplateProcessing(single='$A </s>', special_tokens=[('</s>', 1)])
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


CONFIGS = {
    'wordpiece': {'pad_token': '[PAD]', 'unk_token': '[UNK]', 'model_max_length': 512},
    'byte-level': {'pad_token': '<pad>', 'unk_token': '<unk>', 'model_max_length': 512},
    'unigram': {'pad_token': '<pad>', 'unk_token': '<unk>', 'eos_token': '</s>', 'model_max_length': 512},
}

for name, make in [('wordpiece', wordpiece), ('byte-level', byte_level), ('unigram', unigram)]:
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    file = folder / 'tokenizer.json'
    if not file.exists():
        make().save(str(file))
    tokenizer = Tokenizer.from_file(str(file))
    (folder / 'tokenizer_config.json').write_text(json.dumps(CONFIGS[name], indent=2) + '\n')
    expected = []
    for text in TEXTS:
        encoding = tokenizer.encode(text)
        expected.append({'text': text, 'ids': encoding.ids, 'tokens': encoding.tokens})
    (folder / 'expected.json').write_text(json.dumps(expected, ensure_ascii=False, indent=1) + '\n')
