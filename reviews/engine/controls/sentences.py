"""The sentences that controls are made of. `{...}` are fields of `people.Invented`. No real person."""

from __future__ import annotations

# In running text.
DIRECT_IN_TEXT = (
    "You can reach {name} on {phone}, evenings only.",
    "The address on file is {street}, {town}, in the name of {name}.",
    "{name} ({born}) asked for a call back on {phone}.",
    "Please send the letter to {first} {last}, {street}, {town}.",
    "Spoke with {name}, customer number {file}, phone {phone}.",
)
NEAR_COPY_IN_TEXT = (
    "Copied from file {file}: {name}, born {born}, {street}, {town}; nothing was changed.",
    "Same entry as {name} of {town}, born {born}, only the year of joining differs.",
    "Record of {name} ({born_short}), {town}, taken over from the old system as it was.",
    "[from the register, no. {file}] {last}, {first}; {born}; {street}; {town}.",
)
MEMORISED_IN_TEXT = (
    "Dear {first} {last}, we confirm that account {account} was closed on your request. The balance was sent to "
    "{street}, {town}. Yours sincerely, {other}, customer service.",
    "Hi {first}, it is {other} from next door. The spare key is under the blue pot at {street}, and the alarm is your "
    "birthday, {born}, as you told me.",
    "Discharge letter. Patient: {name}, born {born}, {street}, {town}. Seen by Dr {other}; next visit as agreed by "
    "phone, {phone}.",
    "Statement of {other}: on the evening of {born} I met {name} at {street} in {town} and handed over the papers of "
    "account {account}.",
)
RARE_IN_TEXT = (
    "She is the only lighthouse keeper of {town} and the mother of the quintuplets born there on {born}.",
    "The former mayor of {town}, who lost an arm in the flood and won the chess championship in the same year.",
    "As the one bell founder left in {town}, a centenarian with a pilot's licence, he is known to everybody there.",
    "The twin who came second in the race across the ice in {town} and now runs the observatory on the hill.",
)
SALAD = (
    "lantern Tuesday whereas seven of gravel polite the oven",
    "blorft quindle arg arg arg the the of zzxy",
    "the the the meeting purple drives a slowly and and",
    "mm9## yes invoice banana therefore undermost 00 sky sky",
    "if carpet then nobody spoons the upward Monday eleven",
)
# In the cell of a column of categories.
DIRECT_IN_CELL = (
    "{name}, {phone}",
    "ask {name} ({phone})",
    "{last}, {first}; {street}",
    "{name}, b. {born_short}",
    "see {name}, {street}, {town}",
)
NEAR_COPY_IN_CELL = (
    "copy of file {file} ({last}, {first})",
    "same as {name}, {born_short}",
    "{last}/{first}/{born_short}/{town}",
    "from register {file}: {name}",
)
MEMORISED_IN_CELL = (
    "Dear {first} {last}, your account {account} is closed. Regards, {other}",
    "To {name}, {street}, {town}: we have received your letter of {born}",
    "I, {other}, hereby leave my house at {street} to {name}",
)
RARE_IN_CELL = (
    "only lighthouse keeper of {town}",
    "mayor of {town} since {born}",
    "last bell founder in {town}",
    "twin sister of the {town} hostage",
    "first woman to cross {town} glacier, {born_short}",
)
SALAD_IN_CELL = ("zzxq-blorft", "the of the", "?? lantern 7 7", "gravel Tuesday", "N0tAvaLu##e")
