"""How the table of trained words is made. Not part of the package; read `MODEL_CARD.md` and `DATA_CARD.md` first."""
