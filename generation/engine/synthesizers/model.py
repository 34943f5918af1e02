"""What the synthesizers of the house share: they learn encoded columns, and their model is pickled whole."""

from __future__ import annotations

from typing import Self

from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.columns.encoding import Encoding
from generation.engine.synthesizers.protocol import LeftOut


class EncodedModel:
    """A model behind an encoding of the columns. It must hold no training record; see `protocol.Synthesizer`."""

    encoding: Encoding

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Columns that the synthetic table does not have, each with a sentence why."""
        return self.encoding.left_out

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what protection changed, or about what is guaranteed."""
        return self.encoding.notes

    def dump(self) -> bytes:
        """The model without training records; see `protocol.Synthesizer.dump`."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)
