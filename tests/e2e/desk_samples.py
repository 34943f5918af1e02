"""Records that are no table: a support note, a conversation, a question about a passage. All made up."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {
    "product": "home insurance",
    "channel": "phone",
    "opened": "2026-03-14",
    "note": (
        "Caller reports water coming through the kitchen ceiling since Saturday night, after the storm. The tenant "
        "upstairs has shut off the valve, but the plaster is soft and a light fitting has failed.\n\nAsked for a loss "
        "adjuster this week and for an advance on the claim. Prefers to be called back on +44 20 7946 0958 after six, "
        "or by mail at r.okonkwo@example.org. Says the policy was renewed in January and that the boiler, which is on "
        "the same wall, has been switched off as a precaution.\n\nPromised a visit within three working days and a "
        "reference number by text message."
    ),
    "outcome": "visit booked",
}
CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You help customers of a parcel service. Be brief and polite."},
        {"role": "user", "content": "My parcel says delivered but nothing is here. It was due yesterday before noon."},
        {
            "role": "assistant",
            "content": "I am sorry about that. Could you look whether a neighbour has taken it, and tell me the last "
            "four characters of the tracking number?",
        },
        {"role": "user", "content": "Nobody has it. It ends in 7Q2F."},
        {
            "role": "assistant",
            "content": "Thank you. The driver's note says it was left with the kiosk at the station, open until eight. "
            "If it is not there I will open a search today, and you will hear from us within two working days.",
        },
        {"role": "user", "content": "The kiosk has it. Thanks!"},
    ],
    "intent": "missing parcel",
    "difficulty": "easy",
}
QUESTION: dict[str, Any] = {
    "question": "Within how many days must a cancelled order be refunded?",
    "reference_answer": "14 days",
    "contexts": [
        {
            "doc_id": "terms-7",
            "start": 0,
            "end": 236,
            "text": "A customer may cancel an order until it has left the warehouse. The amount paid is returned by "
            "the same means of payment within 14 days after the cancellation has reached us. Costs of delivery are "
            "returned up to those of the cheapest standard delivery.",
        },
        {
            "doc_id": "terms-9",
            "start": 90,
            "end": 220,
            "text": "Goods that were made to order cannot be returned, unless they are faulty. A fault has to be "
            "reported within a month after delivery.",
        },
    ],
    "answerable": True,
    "type": "number",
}
