import re

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.profile import profile_texts
from generation.engine.llm.texts.slots import filled, slotted
from generation.engine.pii.entities import LIGHT

MAIL = "Write to anna.lee@mail.example about it"


def test_a_person_becomes_a_slot_and_a_place_that_k_people_name_stays():
    texts = [MAIL, *["Can I pay in Berlin"] * 5, "Can I pay in Madrid"]
    found = slotted(Corpus.of(texts), k=5, layers=LIGHT).texts
    assert found[0] == "Write to <EMAIL_ADDRESS> about it"
    assert found[1] == "Can I pay in Berlin"
    assert found[-1] == "Can I pay in <LOCATION>"


def test_slots_are_filled_by_nobodys_values_that_follow_from_the_seed_and_the_number():
    texts = ["Mail <EMAIL_ADDRESS>, born <DATE_TIME>, from <IP_ADDRESS>.", "<PERSON> and <PERSON>"]
    made = filled(texts, seed=1)
    assert re.fullmatch(r"Mail \S+@example\.(com|org|net), born \d+ [A-Z][a-z]+, from 192\.0\.2\.\d+\.", made[0])
    first, second = made[1].split(" and ")
    assert first == second
    assert filled(texts[1:], seed=1, first=1) == made[1:]
    assert filled(texts, seed=2) != made


def test_the_profile_counts_lengths_repetitions_near_texts_and_entities():
    texts = ["where is my new card today", "where is my new card todays", "Where is my new card today?", MAIL, "a b"]
    profile = profile_texts(Corpus.of(texts, ["x", "x", "x", "x", "y"]), k=2, layers=LIGHT)
    assert (profile.texts, profile.repeated, profile.near_clusters, profile.near_texts) == (5, 1, 1, 2)
    assert profile.entities == {"EMAIL_ADDRESS": 1}
    assert sum(profile.lengths) == 5
    assert [label.texts for label in profile.labels] == [4, 1]
    assert all(label.is_scarce for label in profile.labels)
    # Six words are shared by two holders in three texts each; "today" by two.
    assert 0 < profile.held_share < 1
