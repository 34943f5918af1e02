import numpy as np
import pytest

from generation.engine.llm.texts.casing import casing_of
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.model import fit_phrases
from generation.engine.llm.texts.words import text_of, words_of
from generation.engine.llm.texts.writing import write
from tests.generation.engine.llm.messages import RARE

ASKS = ["Bitte sperren Sie", "Wo finde ich", "Wann kommt", "Ich vermisse", "Wer schickt mir"]
THINGS = ["meine Karte", "die neue Karte", "den Brief mit der Karte", "eine andere Karte", "meine alte Karte"]
HOW = ["mit der PIN", "ohne eine PIN", "per iPhone", "auf dem iPhone", "am Montag", "am Freitag", "seit Montag"]
AGAIN = ["und zwar heute", "und bald", "und jetzt", "wie immer", "wie gestern"]


def german():
    """Texts of 800 people, with a few words that make each its own."""
    rng = np.random.default_rng(1)
    parts = (ASKS, THINGS, RARE, RARE, RARE, RARE, HOW, AGAIN)
    return Corpus.of([f"{' '.join(str(rng.choice(part)) for part in parts)}." for _ in range(800)])


def test_german_nouns_and_product_names_keep_their_capitals():
    texts = write(fit_phrases(german(), k=5), {"": 40}, seed=1).texts
    told = " ".join(texts)
    assert len(texts) == 40
    assert {"Karte", "PIN", "iPhone", "Montag"} <= set(told.replace(".", "").split())
    assert not {"karte", "pin", "iphone", "montag", "Per", "Mit"} & set(told.replace(".", "").split())
    assert all(text[0].isupper() for text in texts)


def test_a_capital_that_fewer_than_k_people_write_is_not_learned():
    texts = ["ask Huber", "ask HUBER"] * 4 + ["see Meier"] * 5 + ["the card"] * 6 + ["The Card"] * 5
    assert casing_of(Corpus.of(texts), 5) == {"meier": "Meier"}
    persons = ["one"] * len(texts)
    assert casing_of(Corpus.of(texts, persons=persons), 5) == {}


@pytest.mark.parametrize(
    "text", ["カードを止めてください。PINを忘れた!", "我的卡在哪里?我想取消。", "บัตรของฉันหาย", "मेरा कार्ड कहाँ है?"]
)
def test_scripts_without_spaces_are_parted_and_come_back_as_they_were(text):
    words = words_of(text)
    assert len(words) > 3
    assert text_of(words, {"pin": "PIN"}) == text
