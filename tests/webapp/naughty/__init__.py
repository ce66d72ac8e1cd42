"""A process whose form has every type of field the catalogue offers, as columns of one long list."""
