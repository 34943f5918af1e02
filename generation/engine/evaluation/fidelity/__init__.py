"""How closely the synthetic table follows the training table, column by column and pair by pair."""
